import type { PersistentSubscriptionToAllInfo } from '@eventstore/db-client';
import type { TopicName } from '../domain/topics.ts';
import { pause } from './backoff.ts';
import type { EventStore } from './connection.ts';
import { messageOf } from './faults.ts';

/** What the watchdog needs to know of a subscription. */
export interface Watched {
  readonly store: EventStore;
  readonly topic: TopicName;
  /** Deliveries received so far. */
  readonly received: () => number;
  /** Milliseconds between two looks, and for the answer to one. */
  readonly interval: number;
}

/** Looks in a row that must find the same fault: one may fall between a change and its report. */
const strikesOut = 2;

/** Why the group's own view says that this subscription is dead, or undefined when it may well be alive. */
const faultIn = (info: PersistentSubscriptionToAllInfo, name: string, silent: boolean): string | undefined => {
  const mine = info.connections.filter(({ connectionName }) => connectionName === name);
  if (mine.length === 0) return 'the server does not list this consumer';
  // Not the live buffer: it also counts copies of events that were long delivered.
  const { readBufferCount, retryBufferCount } = info.stats;
  const waiting = readBufferCount + retryBufferCount;
  const free = mine.some(({ availableSlots, inFlightMessages }) => availableSlots > 0 && inFlightMessages === 0);
  return silent && free && waiting > 0 ? `${waiting} messages wait and none arrives` : undefined;
};

/**
 * Asks the group whether it lists this consumer and whether something waits that does not arrive; silence alone means
 * nothing. Resolves with the fault when it finds one, or with undefined when `signal` aborts.
 */
export const watch = async (watched: Watched, signal: AbortSignal): Promise<string | undefined> => {
  const { store, topic, received, interval } = watched;
  let strikes = 0;
  let before = received();
  for (;;) {
    await pause(interval, signal);
    if (signal.aborted) return undefined;
    try {
      const info = await store.run((client) =>
        client.getPersistentSubscriptionToAllInfo(topic, { deadline: interval }),
      );
      const fault = faultIn(info, store.connectionName, received() === before);
      strikes = fault === undefined ? 0 : strikes + 1;
      if (fault !== undefined && strikes >= strikesOut) return fault;
    } catch (error) {
      store.log.warn({ topic, err: messageOf(error) }, 'could not ask for the state of the subscription');
    }
    before = received();
  }
};
