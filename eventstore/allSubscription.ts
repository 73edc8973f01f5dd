import {
  excludeSystemEvents,
  START,
  type AllStreamRecordedEvent,
  type EventStoreDBClient,
} from '@eventstore/db-client';
import { messageOf } from './faults.ts';
import { isSystemEvent, logEventOf, type LogEvent } from './logEvent.ts';

/** Before the first event of the log: positions start at 0. */
export const beginning = -1n;

/** Events in log order, and whether they complete what the log held when the store said "caught up". */
export interface Arrivals {
  readonly events: ReadonlyArray<LogEvent>;
  readonly live: boolean;
}

/** One subscription to `$all`, for as long as it lasts. */
export interface AllSubscription {
  /**
   * Whatever has arrived since the last call: before the store has said "caught up" as soon as that is a full batch, from
   * then on as soon as it is anything. What there is after `patience` milliseconds; undefined when that is nothing, or when
   * `interrupt` was called.
   * @throws the fault that ended the subscription.
   */
  readonly take: (patience: number) => Promise<Arrivals | undefined>;
  /** Makes a waiting `take` return. */
  readonly interrupt: () => void;
  readonly close: () => void;
}

const startOf = (after: bigint) => (after < 0n ? START : { commit: after, prepare: after });

/**
 * Subscribes to every event after the position `after`. Holds at most a few times `most` events that nobody took, then
 * lets the store wait.
 */
export const subscribeToAll = (client: EventStoreDBClient, after: bigint, most: number): AllSubscription => {
  const subscription = client.subscribeToAll(
    { fromPosition: startOf(after), filter: excludeSystemEvents() },
    { highWaterMark: most },
  );
  const arrived: AllStreamRecordedEvent[] = [];
  // "Caught up" overtakes events that wait in the stream's buffer: so many are still to come before it is true.
  let beforeLive = Infinity;
  let saidLive = false;
  let fault: unknown;
  let interrupted = false;
  let wake = (): void => undefined;

  const end = (reason: unknown): void => {
    fault ??= reason;
    wake();
  };
  const receive = (event: AllStreamRecordedEvent | undefined): void => {
    beforeLive -= 1;
    if (event !== undefined && !isSystemEvent(event)) arrived.push(event);
    if (arrived.length >= most) subscription.pause();
    if (isWorthwhile()) wake();
  };
  const isNewlyLive = (): boolean => beforeLive <= 0 && !saidLive;
  // History comes fast: handed out in driblets it would cost whoever writes it down more than the reading.
  const isWorthwhile = (): boolean => arrived.length >= (saidLive ? 1 : most) || isNewlyLive();

  subscription.on('data', ({ event }) => receive(event));
  subscription.on('caughtUp', () => {
    beforeLive = subscription.readableLength;
    if (isNewlyLive()) wake();
  });
  subscription.on('error', end);
  subscription.on('end', () => end(new Error('the event store ended the subscription')));
  subscription.on('close', () => end(new Error('the subscription was closed')));

  const news = (patience: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, patience);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const collect = (): Arrivals | undefined => {
    if (fault !== undefined) throw fault instanceof Error ? fault : new Error(messageOf(fault));
    if (arrived.length === 0 && !isNewlyLive()) return undefined;
    const events = arrived.splice(0).map(logEventOf);
    saidLive = beforeLive <= 0;
    subscription.resume();
    return { events, live: saidLive };
  };

  return {
    take: async (patience) => {
      if (fault === undefined && !isWorthwhile() && !interrupted) await news(patience);
      return collect();
    },
    interrupt: () => {
      interrupted = true;
      wake();
    },
    close: () => {
      // Rejects when the call could never be made: then there is nothing to cancel, and `fault` has the reason.
      subscription.unsubscribe().catch(end);
    },
  };
};
