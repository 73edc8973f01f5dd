import {
  BACKWARDS,
  END,
  FORWARDS,
  START,
  StreamNotFoundError,
  type JSONEventType,
  type ReadRevision,
  type ResolvedEvent,
} from '@eventstore/db-client';
import type { RecordedEvent } from '../domain/events.ts';
import { decode, isForeign } from './codec.ts';
import type { EventStore } from './connection.ts';
import { Undecodable } from './faults.ts';
import { withTimeout } from './timeout.ts';

/** Milliseconds until a read of one page counts as unanswered; the client gives reads no deadline of its own. */
const readTimeout = 5_000;

interface Page {
  readonly stream: string;
  readonly direction: typeof FORWARDS | typeof BACKWARDS;
  readonly from: ReadRevision;
  /** Events at most. */
  readonly count: number;
}

type Resolved = ResolvedEvent<JSONEventType>;

// Decoding stays outside `run`: an event that cannot be read says nothing about the store.
const fetchPage = (store: EventStore, { stream, direction, from, count }: Page): Promise<Resolved[]> =>
  store.run(async (client) => {
    const reading = client.readStream<JSONEventType>(stream, { direction, fromRevision: from, maxCount: count });
    const collect = async (): Promise<Resolved[]> => {
      const page: Resolved[] = [];
      for await (const resolved of reading) page.push(resolved);
      return page;
    };
    try {
      return await withTimeout(collect(), readTimeout, `read of ${stream}`);
    } catch (error) {
      if (error instanceof StreamNotFoundError) return [];
      throw error;
    } finally {
      reading.destroy();
    }
  });

const readPage = async (store: EventStore, page: Page): Promise<RecordedEvent[]> =>
  (await fetchPage(store, page)).map(({ event }) => {
    if (event === undefined) throw new Undecodable(`${page.stream} holds a link to an event that is gone`);
    const decoded = decode(event);
    if (isForeign(decoded)) throw new Undecodable(decoded.foreign);
    return decoded;
  });

/** Events of a stream from revision `from`, oldest first, page by page; none when it does not exist. */
export async function* readPages(
  store: EventStore,
  stream: string,
  from = 0,
): AsyncGenerator<ReadonlyArray<RecordedEvent>, void, undefined> {
  const count = 500;
  for (let next = from; ;) {
    const start = next === 0 ? START : BigInt(next);
    const page = await readPage(store, { stream, direction: FORWARDS, from: start, count });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    if (page.length < count) return;
    next = last.revision + 1;
  }
}

/** All events of a stream from revision `from`, oldest first; none when it does not exist. */
export const readForwards = async (store: EventStore, stream: string, from = 0): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for await (const page of readPages(store, stream, from)) events.push(...page);
  return events;
};

/**
 * The end of a stream, oldest first: every event after the position `since`, and the one before them. One event in the
 * usual case, however long the stream is.
 */
export const readTail = async (store: EventStore, stream: string, since: bigint): Promise<RecordedEvent[]> => {
  const newestFirst: RecordedEvent[] = [];
  let from: ReadRevision = END;
  for (let count = 1; ; count = 500) {
    const page: RecordedEvent[] = await readPage(store, { stream, direction: BACKWARDS, from, count });
    for (const event of page) {
      newestFirst.push(event);
      if (event.position < since) return newestFirst.reverse();
    }
    const oldest = page.at(-1);
    if (oldest === undefined && newestFirst.length > 0) throw new Error(`Expected ${stream}@${from}, found no event`);
    if (oldest === undefined || oldest.revision === 0) return newestFirst.reverse();
    from = BigInt(oldest.revision - 1);
  }
};

/** The event at one place of the log, or undefined where there is none. */
export const readEvent = async (
  store: EventStore,
  stream: string,
  revision: number,
): Promise<RecordedEvent | undefined> => {
  const [event] = await readPage(store, { stream, direction: FORWARDS, from: BigInt(revision), count: 1 });
  return event;
};
