import type { TopicName } from '../domain/topics.ts';
import { pause, waitBefore } from './backoff.ts';
import type { EventStore } from './connection.ts';
import type { Handler } from './delivery.ts';
import { messageOf, NewerVersion } from './faults.ts';
import { createGate } from './gate.ts';
import { ensureGroup } from './group.ts';
import { createHandling, Switch, type HandlingSettings } from './handling.ts';
import type { Check } from './health.ts';
import type { Outcome } from './outcome.ts';
import { consume } from './session.ts';

export interface ConsumerSettings extends HandlingSettings {
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
  /** Whether what the handler needs beside the event store is there; asked after an absence, rejects while it is not. */
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

/**
 * Consumes one topic for as long as it is not stopped, by one session after the other. The first session, and each one
 * after a message that came back too often, takes one message at a time, so that a message that ends the process is the
 * only one it can harm.
 */
export const startConsumer = <Name extends TopicName>(options: ConsumerOptions<Name>): Consumer => {
  const { store, topic, handler, probe = () => Promise.resolve() } = options;
  const settings = { ...defaults, ...options.settings };
  const log = store.log.child({ topic });
  const stopping = new AbortController();
  const outcomes: Record<Outcome['kind'], number> = { appended: 0, already: 0, ignored: 0, parked: 0 };
  const gate = createGate({ probe, backoff: settings.backoff, log, stopping: stopping.signal });
  let check: Check = { ok: false, detail: 'connecting' };
  let careful = true;
  let absences = 0;

  const onOutcome = ({ kind }: Outcome): void => {
    outcomes[kind] += 1;
  };
  const onConfirmed = (): void => {
    if (!check.ok) log.info('consuming');
    check = { ok: true, detail: 'consuming' };
    absences = 0;
  };
  const onDelivery = createHandling({ store, topic, handler, gate, settings, log, onOutcome });

  const attend = async (): Promise<unknown> => {
    try {
      await ensureGroup(store, topic);
      const { watchdogInterval } = settings;
      return await consume({ store, topic, careful, watchdogInterval, onConfirmed, onDelivery }, stopping.signal);
    } catch (error) {
      return error;
    }
  };

  const comeBack = async (why: unknown): Promise<void> => {
    check = { ok: false, detail: messageOf(why) };
    const wait = Math.round(waitBefore(settings.backoff, absences));
    absences += 1;
    log.warn({ err: messageOf(why), wait }, 'not consuming: will come back');
    await pause(wait, stopping.signal);
    careful = true;
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const why = await attend();
      if (stopping.signal.aborted) break;
      if (why instanceof Switch) careful = why.careful;
      else if (why instanceof NewerVersion) {
        check = { ok: false, detail: messageOf(why) };
        return log.fatal({ err: messageOf(why) }, 'topic stopped');
      } else await comeBack(why);
    }
    check = { ok: false, detail: 'stopped' };
  };

  const running = run();
  return {
    check: () => {
      const fault = gate.fault();
      return check.ok && fault !== undefined ? { ok: false, detail: fault } : check;
    },
    outcomes: () => ({ ...outcomes }),
    stop: async () => {
      stopping.abort(new Error('stopped'));
      await running;
    },
  };
};
