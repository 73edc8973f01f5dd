import type { PersistentSubscriptionToAllResolvedEvent } from '@eventstore/db-client';
import type { Logger } from 'pino';
import type { RecordedEvent } from '../domain/events.ts';
import { topics, type TopicName } from '../domain/topics.ts';
import { pause, waitBefore, type Backoff } from './backoff.ts';
import { createCache } from './cache.ts';
import type { EventStore } from './connection.ts';
import { open, type Handler } from './delivery.ts';
import { Deferred, messageOf, NewerVersion, Unavailable, Undecodable } from './faults.ts';
import type { Gate } from './gate.ts';
import { parked, type Outcome } from './outcome.ts';
import type { Session } from './session.ts';
import { noteTrial } from './trial.ts';

type Received = PersistentSubscriptionToAllResolvedEvent;

/** Ends a session so that the next one takes messages one at a time, or many at once. */
export class Switch extends Error {
  override readonly name = 'Switch';
  readonly careful: boolean;

  constructor(careful: boolean) {
    super(careful ? 'one message at a time from here on' : 'many messages at once from here on');
    this.careful = careful;
  }
}

export interface HandlingSettings {
  /**
   * Deliveries of one message from which it is handled with nothing beside it; and after so many processes have begun it
   * like that, and none has answered, it is parked.
   */
  readonly aloneAfter: number;
  /** Failures of one message in this process after which it is parked. */
  readonly parkAfter: number;
  /** Waiting times before a message that was put off is tried again. */
  readonly backoff: Backoff;
}

export interface HandlingOptions<Name extends TopicName> {
  readonly store: EventStore;
  readonly topic: Name;
  readonly handler: Handler<Name>;
  readonly gate: Gate;
  readonly settings: HandlingSettings;
  readonly log: Logger;
  readonly onOutcome: (outcome: Outcome) => void;
}

/** A message that this process has and the server waits for. */
interface Held {
  /** Milliseconds since the epoch; moved on when the server delivers the message to us again. */
  deadline: number;
}

const waitAfterFailure: Backoff = { first: 20, most: 2_000 };
const remembered = 10_000;

const idOf = ({ event, link }: Received): string => (event ?? link)?.id ?? '';

const describe = (event: RecordedEvent) => ({
  event: event.id,
  type: event.type,
  stream: event.stream,
  revision: event.revision,
  orderId: 'orderId' in event.data ? event.data.orderId : undefined,
  correlationId: event.metadata.$correlationId,
  causationId: event.metadata.$causationId,
});

const reasonOf = (outcome: Outcome): string | undefined => ('reason' in outcome ? outcome.reason : undefined);

/**
 * What becomes of each delivery of a topic. Failures are of three kinds: the message's own parks it with the reason; a
 * dependency that is away holds it, and everything else, until it is back, and counts as no failure; anything else is
 * tried again, at some point alone, and in the end parked.
 */
export const createHandling = <Name extends TopicName>(options: HandlingOptions<Name>) => {
  const { store, topic, handler, gate, settings, log, onOutcome } = options;
  const { messageTimeout } = topics[topic].settings;
  const failures = createCache<number>(remembered);
  const tried = createCache<number>(remembered);
  const held = new Map<string, Held>();

  const handle = async (delivery: Received, deadline: number, ending: AbortSignal): Promise<Outcome> => {
    const started = performance.now();
    const message = await open(store, topic, delivery);
    if ('kind' in message) {
      // Every topic gets every redrive, and all but one have nothing to do with it.
      const isForOthers = message.kind === 'ignored' && delivery.event?.type === 'RedriveRequested';
      const level = message.kind === 'parked' ? 'error' : isForOthers ? 'debug' : 'warn';
      log[level]({ event: idOf(delivery), outcome: message.kind, reason: reasonOf(message) }, 'nothing to handle');
      return message;
    }
    const outcome = await handler(message, { deadline, ending });
    const ms = Math.round(performance.now() - started);
    const line = { ...describe(message), outcome: outcome.kind, reason: reasonOf(outcome), ms };
    log[outcome.kind === 'parked' ? 'error' : 'info'](line, `${message.type} ${outcome.kind}`);
    return outcome;
  };

  /** Why a message that comes again and again must not be handled any more. */
  const verdict = async (id: string, retryCount: number): Promise<Outcome | undefined> => {
    if (retryCount < settings.aloneAfter) return undefined;
    const trials = tried.get(id) ?? (await noteTrial(store, topic, id));
    tried.set(id, trials);
    return trials > settings.aloneAfter
      ? parked(`${trials - 1} processes ended while they handled this message`)
      : undefined;
  };

  /** The outcome that ends it, or how often it has failed. */
  const onFailure = (delivery: Received, error: unknown): Outcome | number => {
    const id = idOf(delivery);
    if (error instanceof Undecodable) return parked(error.message);
    const failed = (failures.get(id) ?? 0) + 1;
    failures.set(id, failed);
    log.error({ event: id, failed, err: error }, 'handling failed');
    if (failed >= settings.parkAfter) return parked(`failed ${failed} times, at last: ${messageOf(error)}`);
    return failed;
  };

  const answer = (delivery: Received, outcome: Outcome, session: Session): void => {
    onOutcome(outcome);
    gate.passed();
    if (outcome.kind === 'parked') session.settlement.park(delivery, outcome.reason);
    else session.settlement.ack(delivery);
    if (session.careful && delivery.retryCount < settings.aloneAfter) session.end(new Switch(false));
  };

  const attempt = async (delivery: Received, { deadline }: Held, session: Session): Promise<Outcome> =>
    (session.careful ? await verdict(idOf(delivery), delivery.retryCount) : undefined) ??
    (await handle(delivery, deadline, session.ending));

  /** Tries until there is an answer, the session ends, or the server has given the message to somebody else. */
  const keepTrying = async (delivery: Received, holding: Held, session: Session): Promise<void> => {
    for (let put = 0; ; put += 1) {
      await gate.pass(session.ending);
      if (session.ending.aborted || Date.now() > holding.deadline) return;
      try {
        return answer(delivery, await attempt(delivery, holding, session), session);
      } catch (error) {
        if (error instanceof NewerVersion) return session.end(error);
        if (error instanceof Unavailable) gate.close(error);
        else if (error instanceof Deferred) {
          log.warn({ event: idOf(delivery), err: messageOf(error) }, 'put off');
          await pause(waitBefore(settings.backoff, put), session.ending);
        } else {
          const next = onFailure(delivery, error);
          if (typeof next !== 'number') return answer(delivery, next, session);
          await pause(waitBefore(waitAfterFailure, next), session.ending);
          if (!session.ending.aborted) session.settlement.retry(delivery, messageOf(error));
          return;
        }
      }
    }
  };

  /** Handles and answers one delivery; never rejects. */
  return async (delivery: Received, session: Session): Promise<void> => {
    const id = idOf(delivery);
    const deadline = Date.now() + messageTimeout;
    const holding = held.get(id);
    // The server lost patience with us: this is the message we hold, and its answer will answer this delivery, too.
    if (holding !== undefined) return void (holding.deadline = deadline);
    if (delivery.retryCount >= settings.aloneAfter && !session.careful) return session.end(new Switch(true));
    const mine: Held = { deadline };
    held.set(id, mine);
    try {
      await keepTrying(delivery, mine, session);
    } finally {
      held.delete(id);
    }
  };
};
