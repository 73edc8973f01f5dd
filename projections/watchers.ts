import type { RecordedEvent } from '../domain/events.ts';
import { createGrouped } from './grouped.ts';
import type { History } from './history.ts';
import { createInbox, type Inbox } from './inbox.ts';
import type { Glance, Sight } from './lookout.ts';
import type { Shown } from './liveQuery.ts';
import type { FoundEvent, Watched } from './readModels/timelines.ts';

export interface WatcherOptions {
  /** The first `limit` events after a position, whoever they concern, in log order; none when `after` is undefined. */
  readonly eventsAfter: (after: bigint | undefined, limit: number) => Promise<Shown<ReadonlyArray<FoundEvent>>>;
  readonly history: History;
  /** Has somebody look: there is a new watcher. */
  readonly look: () => void;
  /** Events that a reader can be behind without having to read them from the timelines again. */
  readonly capacity: number;
  /** Events read by one look. */
  readonly page: number;
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
export const createWatchers = ({ eventsAfter, history, look, capacity, page }: WatcherOptions): Watchers => {
  const watching = createGrouped<string, Inbox<FoundEvent>>();
  /** Everything up to here was given out. */
  let given: bigint | undefined;
  let closed = false;

  const all = (): ReadonlyArray<Inbox<FoundEvent>> => watching.keys().flatMap((key) => [...watching.of(key)]);

  const giveTo = (key: string, event: FoundEvent): void => {
    for (const inbox of watching.of(key)) inbox.put(event);
  };

  const lookOnce = async (): Promise<Glance> => {
    if (watching.size() === 0) given = undefined;
    const { position, found } = await eventsAfter(given, page);
    // The first look: from here on everything is given out, and what was before is for each to read.
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
    // Nobody has watched meanwhile: what was new then is of no interest.
    if (watching.size() === 0) given = undefined;
    if (given !== undefined) inbox.miss();
    watching.add(key, inbox);
    look();
    return inbox;
  };

  /** What the inbox holds by now, or, if it has missed something, what the timelines hold after a position. */
  async function* news(watched: Watched, inbox: Inbox<FoundEvent>, after: bigint, signal: AbortSignal) {
    if (inbox.hasMissed()) {
      inbox.begin();
      yield* history(watched, after, given ?? after, signal);
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
      watching.remove(key, inbox);
    }
  }

  return {
    isWanted: () => watching.size() > 0,
    look: lookOnce,
    follow,
    close: () => {
      closed = true;
      for (const inbox of all()) inbox.wake();
    },
  };
};
