import type { NewEvent } from '../log.ts';

/** Most bytes of data in one append, over all its events; types and metadata do not count. The real server's default. */
export const MAX_APPEND_SIZE = 1_048_576;

/** Milliseconds until an append that is not durable is answered with a time-out. The real server's default. */
export const WRITE_TIMEOUT = 2_000;

/** The largest request that is read, in bytes: the real log's limit for a record. */
export const MAX_REQUEST_SIZE = 16 * 1_048_576;

/** The size of events as the limit counts it. */
export const sizeOf = (events: readonly NewEvent[]): number => events.reduce((sum, { data }) => sum + data.length, 0);
