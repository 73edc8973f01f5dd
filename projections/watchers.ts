import type { Logger } from 'pino';
import { pause, waitBefore, type Backoff } from '../eventstore/backoff.ts';
import { messageOf, Unavailable } from '../eventstore/faults.ts';
import type { RecordedEvent } from '../domain/events.ts';
import type { Watched } from './changes.ts';
import { createInbox, type Inbox } from './inbox.ts';
import type { Glance, Sight } from './lookout.ts';
import type { FoundEvent, timelineQueries } from './timelines.ts';

export interface WatcherOptions {
  readonly queries: Pick<ReturnType<typeof timelineQueries>, 'eventsOf' | 'eventsAfter'>;
  /** Has somebody look: there is a new watcher. */
  readonly look: () => void;
  /** Before history is read again when that failed. */
  readonly backoff: Backoff;
  /** Events that a reader can be behind without having to read them from the timelines again. */
  readonly capacity: number;
  /** Events read by one query. */
  readonly page: number;
  readonly log: Logger;
}

export interface Watchers extends Sight {
  /** Events after a position, each once and in log order, until `signal` aborts or `close` is called. */
  readonly follow: (
    watched: Watched,
    after: bigint,
    signal: AbortSignal,
  ) => AsyncGenerator<RecordedEvent, void, undefined>;
  readonly close: () => void;
}

const keyOf = (watched: Watched): string =>
  watched.kind === 'order' ? `order ${watched.orderId}` : `user ${watched.userId}`;

/**
 * Gives each event that comes to those who watch it. Each event is read once for all of them, by one query for everything
 * new; the past is read by each for themselves, as is what a slow one has missed.
 */
export const createWatchers = ({ queries, look, backoff, capacity, page, log }: WatcherOptions): Watchers => {
  const watching = new Map<string, Set<Inbox<FoundEvent>>>();
  /** Everything up to here was given out. */
  let given: bigint | undefined;
  let closed = false;

  const all = (): ReadonlyArray<Inbox<FoundEvent>> => [...watching.values()].flatMap((inboxes) => [...inboxes]);

  const giveTo = (key: string, event: FoundEvent): void => {
    for (const inbox of watching.get(key) ?? []) inbox.put(event);
  };

  const lookOnce = async (anew: boolean): Promise<Glance> => {
    if (anew || watching.size === 0) given = undefined;
    const { position, found } = await queries.eventsAfter(given, page);
    // Nothing was given out since what was last read: everybody reads what they missed.
    if (given === undefined) for (const inbox of all()) inbox.miss();
    for (const event of found) {
      giveTo(keyOf({ kind: 'order', orderId: event.correlationId }), event);
      if (event.userId !== null) giveTo(keyOf({ kind: 'user', userId: event.userId }), event);
    }
    const last = found.length === page ? found.at(-1) : undefined;
    given = last?.position ?? position;
    return { position, more: last !== undefined };
  };

  const join = (key: string): Inbox<FoundEvent> => {
    const inbox = createInbox<FoundEvent>(capacity);
    // Nobody has watched meanwhile. The look that begins anew tells this reader to read what was before it.
    if (watching.size === 0) given = undefined;
    if (given !== undefined) inbox.miss();
    const others = watching.get(key);
    if (others === undefined) watching.set(key, new Set([inbox]));
    else others.add(inbox);
    look();
    return inbox;
  };

  const leave = (key: string, inbox: Inbox<FoundEvent>): void => {
    const others = watching.get(key);
    others?.delete(inbox);
    if (others?.size === 0) watching.delete(key);
  };

  /** The watched events that the timelines hold after a position. */
  async function* history(watched: Watched, after: bigint, signal: AbortSignal) {
    let position = after;
    for (let tries = 0; !signal.aborted && !closed;) {
      try {
        const { found, next } = await queries.eventsOf(watched, position, page);
        yield* found;
        if (next === undefined) return;
        position = next;
        tries = 0;
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
        log.warn({ err: messageOf(error) }, 'what somebody watches could not be read: reading it again');
        await pause(waitBefore(backoff, tries), signal);
        tries += 1;
      }
    }
  }

  /** What the inbox holds by now, or, if it has missed something, what the timelines hold after a position. */
  async function* news(watched: Watched, inbox: Inbox<FoundEvent>, after: bigint, signal: AbortSignal) {
    if (inbox.hasMissed()) {
      inbox.begin();
      yield* history(watched, after, signal);
    } else {
      for (let next = inbox.take(); next !== undefined; next = inbox.take()) yield next.read();
      if (!inbox.hasMissed()) await inbox.changed();
    }
  }

  async function* follow(watched: Watched, after: bigint, signal: AbortSignal) {
    const key = keyOf(watched);
    const inbox = join(key);
    signal.addEventListener('abort', inbox.wake);
    let position = after;
    try {
      while (!signal.aborted && !closed)
        for await (const event of news(watched, inbox, position, signal)) {
          if (event.position <= position) continue;
          yield event;
          position = event.position;
          if (signal.aborted) return;
        }
    } finally {
      signal.removeEventListener('abort', inbox.wake);
      leave(key, inbox);
    }
  }

  return {
    isWanted: () => watching.size > 0,
    look: lookOnce,
    follow,
    close: () => {
      closed = true;
      for (const inbox of all()) inbox.wake();
    },
  };
};
