import type { EventLog, StoredEvent } from '../log.ts';
import { LINK_TYPE } from '../storedEvent.ts';
import type { Arrival, SourcePage } from './engine/intake.ts';
import { newMessage, type Message } from './engine/message.ts';
import { compileFilter } from '../filter.ts';
import { placeIn, type Source } from './source.ts';

/** Reads a group's source, with what does not pass its filter left out and its links resolved. */
export interface Reader {
  /** Up to `limit` messages from `from`, inclusive. A page may hold none and yet not be the end. */
  readonly readPage: (from: bigint, limit: number) => SourcePage;
  /** What of a commit belongs to the source. */
  readonly arrivals: (events: readonly StoredEvent[]) => readonly Arrival[];
}

/** How many events one page may look at: a filter that lets little through must not keep the process from its other work. */
const maxConsidered = 1_000;

export const createReader = (log: EventLog, source: Source, resolveLinks: boolean): Reader => {
  const passes = compileFilter(source.kind === 'all' ? source.filter : undefined);

  const readChunk = (from: bigint, limit: number) =>
    source.kind === 'stream'
      ? log.readStream({ stream: source.stream, from, direction: 'forwards', limit })
      : log.readAll({ from, direction: 'forwards', limit });

  const messageOf = (event: StoredEvent): Message | undefined => {
    if (!passes(event)) return undefined;
    const link = resolveLinks && event.type === LINK_TYPE ? { target: log.resolveLink(event) } : undefined;
    return newMessage(event, placeIn(source, event), link);
  };

  const belongs = (event: StoredEvent): boolean =>
    source.kind === 'stream' ? event.stream === source.stream : !event.hiddenFromAll;

  return {
    readPage: (from, limit) => {
      const messages: Message[] = [];
      let considered = 0;
      let last: bigint | undefined;
      let chunk = readChunk(from, limit);
      for (;;) {
        for (const event of chunk.events) {
          if (messages.length === limit)
            return { messages, considered, last, next: placeIn(source, event), end: false };
          considered += 1;
          last = placeIn(source, event);
          const message = messageOf(event);
          if (message !== undefined) messages.push(message);
        }
        if (chunk.end || messages.length === limit || considered >= maxConsidered) break;
        // The fewer pass, the more are read at a time.
        chunk = readChunk(chunk.next, considered);
      }
      return { messages, considered, last, next: chunk.next, end: chunk.end };
    },
    arrivals: (events) => {
      const arrivals: Arrival[] = [];
      let passed: { place: bigint; count: number; message: undefined } | undefined;
      for (const event of events) {
        if (!belongs(event)) continue;
        const message = messageOf(event);
        const place = placeIn(source, event);
        if (message !== undefined) {
          arrivals.push({ place, count: 1, message });
          passed = undefined;
        } else if (passed === undefined) {
          passed = { place, count: 1, message };
          arrivals.push(passed);
        } else {
          passed.place = place;
          passed.count += 1;
        }
      }
      return arrivals;
    },
  };
};
