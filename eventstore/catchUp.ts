import { ErrorType, isCommandError, type EventStoreDBClient } from '@eventstore/db-client';
import { subscribeToAll, type AllSubscription, type Arrivals } from './allSubscription.ts';
import { isAnswer } from './answers.ts';
import { pause, waitBefore, type Backoff } from './backoff.ts';
import type { EventStore } from './connection.ts';
import { messageOf } from './faults.ts';
import type { LogEvent } from './logEvent.ts';
import { readHead } from './logHead.ts';

/** What a catch-up subscription has to tell: events, that there are no more for now, or that the store is away. */
export interface Batch {
  /** In log order; empty when only the state has changed. */
  readonly events: ReadonlyArray<LogEvent>;
  /** Whether everything was delivered that the log held when the store last said "caught up". */
  readonly live: boolean;
  /** Why no events come at present; a new subscription is tried for until `signal` aborts. */
  readonly fault?: string;
}

export interface CatchUpSettings {
  /** Events in a batch at most. */
  readonly most: number;
  /** Milliseconds of silence after which the log is asked whether there is something to be silent about. */
  readonly patience: number;
  /** Milliseconds until a read of the end of the log counts as unanswered. */
  readonly readTimeout: number;
  readonly backoff: Backoff;
}

export const defaultCatchUp: CatchUpSettings = {
  most: 1_000,
  patience: 10_000,
  readTimeout: 5_000,
  backoff: { first: 100, most: 5_000 },
};

/** A consumer that was too slow is told so by a time-out: its client is as good as before. */
const blamesClient = (fault: unknown): boolean =>
  !isAnswer(fault) && !(fault instanceof Error && isCommandError(fault) && fault.type === ErrorType.TIMEOUT);

/**
 * Everything after the position `after` (`beginning`: everything), batch by batch, each event whose type and stream do not
 * start with `$`, whoever wrote it. The next batch is whatever has arrived while the last one was worked on; a slow
 * consumer makes the store wait. A subscription that fails, ends or goes dead is replaced by one that begins after the
 * last batch that was handed out, so that every event comes exactly once and in order. Ends when `signal` aborts.
 */
export async function* catchUp(
  store: EventStore,
  after: bigint,
  signal: AbortSignal,
  settings: CatchUpSettings = defaultCatchUp,
): AsyncGenerator<Batch, void, undefined> {
  let position = after;
  for (let tries = 0; !signal.aborted; tries += 1) {
    try {
      for await (const batch of followOnce(store, position, signal, settings)) {
        yield batch;
        position = batch.events.at(-1)?.position ?? position;
        tries = 0;
      }
    } catch (error) {
      store.log.warn({ err: messageOf(error), position: String(position) }, 'subscription lost: subscribing again');
      yield { events: [], live: false, fault: messageOf(error) };
    }
    await pause(waitBefore(settings.backoff, tries), signal);
  }
}

/** One subscription, until it fails or `signal` aborts. */
async function* followOnce(
  store: EventStore,
  after: bigint,
  signal: AbortSignal,
  settings: CatchUpSettings,
): AsyncGenerator<Arrivals, void, undefined> {
  const client = await store.run((current) => Promise.resolve(current));
  const subscription = subscribeToAll(client, after, settings.most);
  signal.addEventListener('abort', subscription.interrupt);
  try {
    yield* arrivals(store, client, subscription, after, signal, settings);
  } finally {
    signal.removeEventListener('abort', subscription.interrupt);
    subscription.close();
  }
}

async function* arrivals(
  store: EventStore,
  client: EventStoreDBClient,
  subscription: AllSubscription,
  after: bigint,
  signal: AbortSignal,
  settings: CatchUpSettings,
): AsyncGenerator<Arrivals, void, undefined> {
  let known = after;
  let missing: bigint | undefined;
  while (!signal.aborted) {
    const taken = await take(store, client, subscription, settings.patience);
    if (taken !== undefined) {
      known = taken.events.at(-1)?.position ?? known;
      missing = undefined;
      yield taken;
    } else if (missing !== undefined) {
      throw new Error(`the subscription is silent, but the log holds an event at position ${missing}`);
    } else if (!signal.aborted) {
      // What was just appended may be on its way: silence is held against the subscription only if it goes on.
      const head = await readHead(store, known, settings.readTimeout);
      missing = head.newest;
      if (head.newest === undefined) known = head.seen;
    }
  }
}

const take = async (store: EventStore, client: EventStoreDBClient, subscription: AllSubscription, patience: number) => {
  try {
    return await subscription.take(patience);
  } catch (error) {
    if (blamesClient(error)) store.renew(client, error);
    throw error;
  }
};
