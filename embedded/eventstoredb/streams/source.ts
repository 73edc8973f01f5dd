import type { Direction, EventLog, StoredEvent } from '../log.ts';
import { streamDeleted } from '../rpcErrors.ts';
import { TOMBSTONE } from '../storage/keys.ts';
import type { ReadRequest, Source } from './readRequest.ts';

/** A page of a stream or of `$all`, in one shape for both. */
export interface Page {
  readonly events: readonly StoredEvent[];
  readonly next: bigint;
  readonly end: boolean;
  /** False when the stream does not exist, or no longer does. */
  readonly exists: boolean;
}

const LAST_POSITION = 0xffff_ffff_ffff_fffen;

const atMost = (value: bigint, limit: bigint): bigint => (value < limit ? value : limit);

/** Where a read starts: the given place is included forwards; backwards it is included in streams and excluded in `$all`. */
export const readStart = ({ kind, start }: Source, direction: Direction): bigint => {
  const last = kind === 'all' ? LAST_POSITION : TOMBSTONE - 1n;
  if (start === 'start') return 0n;
  if (start === 'end') return last;
  return atMost(start, direction === 'forwards' ? last + 1n : last);
};

/** Where a subscription starts: after the given place. */
export const subscriptionStart = (log: EventLog, source: Source): bigint => {
  const { start } = source;
  if (start === 'start') return 0n;
  if (source.kind === 'all') return start === 'end' ? log.end() : atMost(start, LAST_POSITION) + 1n;
  return start === 'end' ? lastRevision(log, source.stream) + 1n : atMost(start, TOMBSTONE - 1n) + 1n;
};

const lastRevision = (log: EventLog, stream: string): bigint =>
  atMost(log.readStream({ stream, from: TOMBSTONE, direction: 'backwards', limit: 1 }).last, TOMBSTONE - 1n);

/** Reads a page. Throws stream-deleted for a tombstoned stream. */
export const readPage = (
  log: EventLog,
  { source, direction }: Pick<ReadRequest, 'source' | 'direction'>,
  from: bigint,
  limit: number,
): Page => {
  if (source.kind === 'all') return { ...log.readAll({ from, direction, limit }), exists: true };
  const { state, events, next, end } = log.readStream({ stream: source.stream, from, direction, limit });
  if (state === 'tombstoned') throw streamDeleted(source.stream);
  return { events, next, end, exists: state === 'live' };
};
