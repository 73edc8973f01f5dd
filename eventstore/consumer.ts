import type { PersistentSubscriptionToAllResolvedEvent } from '@eventstore/db-client';
import type { RecordedEvent } from '../domain/events.ts';
import { topics, type TopicName } from '../domain/topics.ts';
import { pause, waitBefore, type Backoff } from './backoff.ts';
import type { EventStore } from './connection.ts';
import { open, type Handler } from './delivery.ts';
import { messageOf, NewerVersion, Unavailable } from './faults.ts';
import { ensureGroup } from './group.ts';
import type { Check } from './health.ts';
import type { Outcome } from './outcome.ts';
import { consume, type Session } from './session.ts';

export interface ConsumerSettings {
  /** Failed tries from which a message is handled with nothing beside it. */
  readonly aloneAfter: number;
  /** Failed tries from which a message is parked before it is handled: it may be what ends the process. */
  readonly parkAfter: number;
  /** Waiting times between sessions, and before a message that failed is given back. */
  readonly backoff: Backoff;
  /** Milliseconds between two looks of the watchdog. */
  readonly watchdogInterval: number;
}

const defaults: ConsumerSettings = {
  aloneAfter: 10,
  parkAfter: 20,
  backoff: { first: 100, most: 15_000 },
  watchdogInterval: 10_000,
};

export interface ConsumerOptions<Name extends TopicName> {
  readonly store: EventStore;
  readonly topic: Name;
  readonly handler: Handler<Name>;
  /** Whether what the handler needs beside the event store is there; asked after an absence, rejects with `Unavailable`. */
  readonly probe?: () => Promise<void>;
  readonly settings?: Partial<ConsumerSettings>;
}

export interface Consumer {
  readonly check: () => Check;
  /** How many deliveries ended in each outcome since the start. */
  readonly outcomes: () => Readonly<Record<Outcome['kind'], number>>;
  /** Lets what is in hand finish and be answered, then unsubscribes. Safe to call twice. */
  readonly stop: () => Promise<void>;
}

const describe = (event: RecordedEvent) => ({
  event: event.id,
  type: event.type,
  stream: event.stream,
  revision: event.revision,
  orderId: event.metadata.$correlationId,
  correlationId: event.metadata.$correlationId,
  causationId: event.metadata.$causationId,
});

/** Every topic gets every redrive, and all but one have nothing to do with it. */
const isForOthers = ({ event }: PersistentSubscriptionToAllResolvedEvent): boolean =>
  event?.type === 'RedriveRequested';

const reasonOf = (outcome: Outcome): string | undefined => ('reason' in outcome ? outcome.reason : undefined);

/**
 * Consumes one topic for as long as it is not stopped. Failures are of three kinds: the message's own parks it with the
 * reason; a dependency that is away makes the consumer let go of everything, wait and come back, and counts as no failed
 * try; anything else is tried again, at some point alone, and in the end parked.
 */
export const startConsumer = <Name extends TopicName>(options: ConsumerOptions<Name>): Consumer => {
  const { store, topic, handler, probe } = options;
  const settings = { ...defaults, ...options.settings };
  const log = store.log.child({ topic });
  const stopping = new AbortController();
  const outcomes: Record<Outcome['kind'], number> = { appended: 0, already: 0, ignored: 0, parked: 0 };
  let check: Check = { ok: false, detail: 'connecting' };
  // Letting go of a session raises the retry count of everything it held, which is nobody's failure.
  let excused = 0;
  let absences = 0;

  const triesOf = ({ retryCount }: PersistentSubscriptionToAllResolvedEvent): number => retryCount - excused;

  const answer = (
    delivery: PersistentSubscriptionToAllResolvedEvent,
    outcome: Outcome,
    { settlement }: Session,
  ): void => {
    outcomes[outcome.kind] += 1;
    absences = 0;
    if (outcome.kind === 'parked') settlement.park(delivery, outcome.reason);
    else settlement.ack(delivery);
  };

  const handle = async (delivery: PersistentSubscriptionToAllResolvedEvent): Promise<Outcome> => {
    const { messageTimeout } = topics[topic].settings;
    const deadline = Date.now() + messageTimeout;
    const started = performance.now();
    const message = await open(store, topic, delivery);
    if ('kind' in message) {
      const level = message.kind === 'parked' ? 'error' : isForOthers(delivery) ? 'debug' : 'warn';
      log[level]({ event: delivery.event?.id, outcome: message.kind, reason: reasonOf(message) }, 'nothing to handle');
      return message;
    }
    const outcome = await handler(message, { deadline });
    const ms = Math.round(performance.now() - started);
    const line = { ...describe(message), outcome: outcome.kind, reason: reasonOf(outcome), ms };
    log[outcome.kind === 'parked' ? 'error' : 'info'](line, `${message.type} ${outcome.kind}`);
    return outcome;
  };

  const giveBack = async (
    delivery: PersistentSubscriptionToAllResolvedEvent,
    error: unknown,
    session: Session,
  ): Promise<void> => {
    const tries = triesOf(delivery);
    log.error({ event: delivery.event?.id, tries, err: error }, 'handling failed: trying again');
    await pause(waitBefore({ first: 20, most: 2_000 }, tries), session.ending);
    if (!session.ending.aborted) session.settlement.retry(delivery, messageOf(error));
  };

  const onDelivery = async (delivery: PersistentSubscriptionToAllResolvedEvent, session: Session): Promise<void> => {
    const tries = triesOf(delivery);
    if (tries >= settings.parkAfter) {
      const reason = `gave up after ${tries} failed tries`;
      log.error({ event: delivery.event?.id, reason }, 'parked');
      return answer(delivery, { kind: 'parked', reason }, session);
    }
    try {
      answer(delivery, await handle(delivery), session);
    } catch (error) {
      if (error instanceof Unavailable || error instanceof NewerVersion) session.end(error);
      else await giveBack(delivery, error, session);
    }
  };

  const attend = async (): Promise<unknown> => {
    try {
      if (absences > 0) await probe?.();
      await ensureGroup(store, topic);
      const why = await consume(
        {
          store,
          topic,
          watchdogInterval: settings.watchdogInterval,
          onConfirmed: () => {
            check = { ok: true, detail: 'consuming' };
            log.info('consuming');
          },
          isSuspect: (delivery) => triesOf(delivery) >= settings.aloneAfter,
          onDelivery,
        },
        stopping.signal,
      );
      excused += 1;
      return why;
    } catch (error) {
      return error;
    }
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const why = await attend();
      if (stopping.signal.aborted) break;
      check = { ok: false, detail: messageOf(why) };
      if (why instanceof NewerVersion) return log.fatal({ err: messageOf(why) }, 'topic stopped');
      const wait = Math.round(waitBefore(settings.backoff, absences));
      absences += 1;
      log.warn({ err: messageOf(why), wait }, 'not consuming: will come back');
      await pause(wait, stopping.signal);
    }
    check = { ok: false, detail: 'stopped' };
  };

  const running = run();
  return {
    check: () => check,
    outcomes: () => ({ ...outcomes }),
    stop: async () => {
      stopping.abort(new Error('stopped'));
      await running;
    },
  };
};
