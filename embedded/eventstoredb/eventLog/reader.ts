import type { AllPage, AllQuery, EventLog, StoredEvent, StreamPage, StreamQuery } from '../log.ts';
import { TOMBSTONE } from '../storage/keys.ts';
import type { IndexEntry, Storage } from '../storage/storage.ts';
import { readDetails } from '../storedEvent.ts';
import {
  firstVisible,
  isMetastream,
  isSoftDeleted,
  metadataOf,
  metastreamOf,
  originalStreamOf,
  type StreamMetadata,
} from './streamMetadata.ts';

export type Reader = Pick<EventLog, 'readAll' | 'readStream' | 'resolveLink'>;

/** A page ends after so many bytes, so that a page of large events does not fill the memory. */
const PAGE_BYTES = 1_048_576;
/** A page ends after so many entries looked at, so that no read holds up the node for long. */
const PAGE_ENTRIES = 4_096;

const LINK = /^(\d+)@(.+)$/s;

interface VisibleStream {
  readonly streamNumber: bigint;
  readonly first: bigint;
  readonly last: bigint;
  readonly metadata: StreamMetadata;
}

/**
 * Reads what is durable: nothing at or after `end()`, even when storage shows it already.
 * @param now milliseconds since the Unix epoch, for `$maxAge`.
 */
export const createReader = (storage: Storage, end: () => bigint, now: () => number): Reader => {
  const numberOf = (stream: string): bigint | undefined => {
    const streamNumber = storage.streamNumber(stream);
    return streamNumber !== undefined && streamNumber < end() ? streamNumber : undefined;
  };

  const lastEntry = (streamNumber: bigint | undefined): IndexEntry | undefined => {
    if (streamNumber === undefined) return undefined;
    for (const entry of storage.revisions(streamNumber, TOMBSTONE, 'backwards'))
      if (entry.position < end()) return entry;
    return undefined;
  };

  const metadataFor = (stream: string): StreamMetadata => {
    const entry = lastEntry(numberOf(metastreamOf(stream)));
    const event = entry && storage.eventAt(entry.position);
    return metadataOf(stream, event && readDetails(event).data);
  };

  const readAll = ({ from, direction, limit }: AllQuery): AllPage => {
    const forwards = direction === 'forwards';
    const start = forwards || from < end() ? from : end();
    const events: StoredEvent[] = [];
    let next = start;
    let bytes = 0;
    for (const event of storage.events(start, direction)) {
      if (event.position >= end()) break;
      if (events.length >= limit || bytes >= PAGE_BYTES) return { events, next, end: false };
      next = forwards ? event.position + 1n : event.position;
      bytes += event.frame.length;
      if (!event.hiddenFromAll) events.push(event);
    }
    return { events, next, end: true };
  };

  const page = (stream: VisibleStream, { from, direction, limit }: StreamQuery): StreamPage => {
    const { streamNumber, first, last, metadata } = stream;
    const forwards = direction === 'forwards';
    const start = forwards ? (from > first ? from : first) : from < last ? from : last;
    const oldest = metadata.maxAge === undefined ? 0n : BigInt(now() - metadata.maxAge * 1_000) * 10_000n;
    const events: StoredEvent[] = [];
    let next = start;
    let bytes = 0;
    let entries = 0;
    for (const { revision, position } of storage.revisions(streamNumber, start, direction)) {
      if (revision < first || revision > last) break;
      if (events.length >= limit || bytes >= PAGE_BYTES || entries >= PAGE_ENTRIES)
        return { state: 'live', events, next, end: false, last };
      entries++;
      next = forwards ? revision + 1n : revision - 1n;
      const event = storage.eventAt(position);
      if (!event || (oldest > 0n && readDetails(event).created < oldest)) continue;
      bytes += event.frame.length;
      events.push(event);
    }
    return { state: 'live', events, next, end: true, last };
  };

  const lastRevision = (stream: string): bigint => lastEntry(numberOf(stream))?.revision ?? -1n;

  /** The metadata of a tombstoned stream is gone with it. */
  const isGone = (stream: string, last: bigint): boolean =>
    last === TOMBSTONE || (isMetastream(stream) && lastRevision(originalStreamOf(stream)) === TOMBSTONE);

  const readStream = (query: StreamQuery): StreamPage => {
    const streamNumber = numberOf(query.stream);
    const found = lastEntry(streamNumber)?.revision ?? -1n;
    const last = isGone(query.stream, found) ? TOMBSTONE : found;
    const metadata = last === TOMBSTONE ? {} : metadataFor(query.stream);
    const nothing = { events: [], next: query.from, end: true, last } as const;
    if (last === TOMBSTONE) return { state: 'tombstoned', ...nothing };
    if (isSoftDeleted(metadata)) return { state: 'deleted', ...nothing };
    if (streamNumber === undefined) return { state: 'missing', ...nothing };
    return page({ streamNumber, first: firstVisible(metadata, last), last, metadata }, query);
  };

  const resolveLink = (link: StoredEvent): StoredEvent | undefined => {
    const [, revision, stream] = LINK.exec(readDetails(link).data.toString()) ?? [];
    if (revision === undefined || stream === undefined) return undefined;
    const from = BigInt(revision);
    const [event] = readStream({ stream, from, direction: 'forwards', limit: 1 }).events;
    return event?.revision === from ? event : undefined;
  };

  return { readAll, readStream, resolveLink };
};
