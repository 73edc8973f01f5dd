/**
 * The event log: what every service of the node reads from and appends to. One log, two media: a folder (each append is
 * acknowledged after fsync) or a temporary folder that nobody syncs and that is gone with the process.
 *
 * Positions are commit positions; a prepare position always equals its commit position. They grow like byte offsets:
 * no event count follows from them. All reads are synchronous, from mapped memory, and show durable events only.
 */

/** A stored event: its coordinates for decisions, its bytes for the answer. Read data and metadata with `readDetails`. */
export interface StoredEvent {
  /** Lower-case UUID, 36 characters. */
  readonly id: string;
  readonly stream: string;
  readonly type: string;
  /** Number in its stream, from 0; 9223372036854775807 for a `$streamDeleted` tombstone. */
  readonly revision: bigint;
  readonly position: bigint;
  /** True for streams that the real server keeps out of `$all`: the persistent subscriptions' own ones to `$all`. */
  readonly hiddenFromAll: boolean;
  /**
   * The event as a serialized protobuf `RecordedEvent`, its id as a string. The message has the same fields in
   * `streams.proto` and `persistent.proto`, so it may be put into a response of either without being parsed.
   */
  readonly message: Buffer;
  /** A whole serialized `event_store.client.streams.ReadResp` around `message`: no link, commit position set. */
  readonly frame: Buffer;
}

/** What `readDetails(event)` of `storedEvent.ts` finds in a stored event's bytes (views into them, not copies). */
export interface EventDetails {
  /** 100-nanosecond ticks since the Unix epoch. */
  readonly created: bigint;
  readonly contentType: string;
  readonly metadata: Buffer;
  readonly data: Buffer;
}

export type Direction = 'forwards' | 'backwards';

/** Where to read `$all`: forwards from the first event at or after `from`, backwards from the last one before it. */
export interface AllQuery {
  readonly from: bigint;
  readonly direction: Direction;
  /** Most events wanted; a page may hold fewer, but is empty only at the end. */
  readonly limit: number;
}

/** A page of `$all` in the order of reading, without the events that are hidden from it. */
export interface AllPage {
  readonly events: readonly StoredEvent[];
  /** Give this as `from` of the next page. */
  readonly next: bigint;
  /** True when there is nothing beyond this page, as of now. */
  readonly end: boolean;
}

/** Where to read a stream, from a revision inclusive. Backwards from beyond the end starts at the end. */
export interface StreamQuery {
  readonly stream: string;
  readonly from: bigint;
  readonly direction: Direction;
  readonly limit: number;
}

/** Whether a stream can be read: `deleted` is soft-deleted (it may be appended to again), `tombstoned` is gone for good. */
export type StreamState = 'live' | 'missing' | 'deleted' | 'tombstoned';

/** A page of a stream in the order of reading: what `$tb`, `$maxCount` and `$maxAge` let through. No events unless live. */
export interface StreamPage {
  readonly state: StreamState;
  readonly events: readonly StoredEvent[];
  /** Give this as `from` of the next page. */
  readonly next: bigint;
  readonly end: boolean;
  /** The last revision in the stream, -1 when there is none. */
  readonly last: bigint;
}

/** An event to be appended. Bytes are copied when the append is accepted. */
export interface NewEvent {
  /** Lower-case UUID, 36 characters. */
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly metadata: Uint8Array;
  readonly data: Uint8Array;
}

/** The revision the writer expects to be the stream's last, or one of the three general expectations. */
export type Expected = bigint | 'any' | 'no_stream' | 'stream_exists';

export interface Append {
  readonly stream: string;
  readonly expected: Expected;
  readonly events: readonly NewEvent[];
}

/** How an append was decided. Every outcome is told only when everything it was decided on is durable. */
export type AppendOutcome =
  | {
      readonly outcome: 'appended';
      /** Revision of the last event of this write; -1 when nothing was written to a stream without events. */
      readonly revision: bigint;
      /** Position of the last event of this write; absent where the real server gives none. */
      readonly position?: bigint;
    }
  /** `current` is the stream's last revision, -1 when it has none. */
  | { readonly outcome: 'wrong_expected_version'; readonly current: bigint }
  | { readonly outcome: 'stream_deleted' };

/** Receives the events of one commit, in order of position, right after they became durable. Must not throw. */
export type CommitListener = (events: readonly StoredEvent[]) => void;

export interface EventLog {
  /** The position just after the last durable event: `from` of a reader that wants only what is still to come. */
  readonly end: () => bigint;
  readonly readAll: (query: AllQuery) => AllPage;
  readonly readStream: (query: StreamQuery) => StreamPage;
  /**
   * The event a link (`type` `$>`, data `N@stream`) points to, or undefined when it cannot be read (any more).
   * Must be asked with a link.
   */
  readonly resolveLink: (link: StoredEvent) => StoredEvent | undefined;
  /**
   * Appends all of the events, in one go, or none.
   * @throws StorageFailure (rejects) when the medium refuses to store, for instance because the disk is full.
   */
  readonly append: (append: Append) => Promise<AppendOutcome>;
  /**
   * Calls the listener after each commit with *all* events of the commit, hidden ones included, until the returned
   * function is called. To tail without a gap: read pages until one says `end`, then add the listener in the same
   * synchronous step; nothing can be committed in between.
   */
  readonly onCommit: (listener: CommitListener) => () => void;
}
