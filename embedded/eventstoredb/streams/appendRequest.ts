import type { Expected, NewEvent } from '../log.ts';
import { missingMetadataProperty } from '../rpcErrors.ts';
import { readEntry } from '../storedEvent.ts';
import { readUuid } from '../uuid.ts';
import {
  cursor,
  readBytes,
  readMessage,
  readText,
  readUint64,
  readVarint,
  skipField,
  tag,
  type Cursor,
} from '../wire.ts';

/** A part of a batch append; the first one of a correlation carries the options. */
export interface BatchAppendRequest {
  /** The serialized `UUID`, to be given back as it came. */
  readonly correlationId: Buffer;
  readonly options?: BatchAppendOptions;
  readonly events: readonly NewEvent[];
  readonly isFinal: boolean;
}

export interface BatchAppendOptions {
  readonly stream: string;
  readonly expected: Expected;
  /** Milliseconds from now that the client wants to wait at most. */
  readonly timeout: number;
}

/** What a unary append sends first: where to append. */
export interface AppendOptions {
  readonly stream: string;
  readonly expected: Expected;
}

/** A message of a unary append. */
export type AppendRequest =
  { readonly kind: 'options'; readonly options: AppendOptions } | { readonly kind: 'event'; readonly event: NewEvent };

const EMPTY = Buffer.alloc(0);
const JSON_TYPE = 'application/json';
const BINARY_TYPE = 'application/octet-stream';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const eachField = (c: Cursor, read: (fieldTag: number) => void): void => {
  while (c.at < c.end) read(readVarint(c));
};

const readEventId = (c: Cursor): string => {
  let id = '';
  readMessage(c, (uuid) => (id = readUuid(uuid)));
  if (!UUID.test(id)) throw new RangeError(`Expected an event id that is a UUID, found '${id}'`);
  return id;
};

const readStreamIdentifier = (c: Cursor): string => {
  let stream = '';
  readMessage(c, (identifier) =>
    eachField(identifier, (fieldTag) => {
      if (fieldTag === tag(3, 2)) stream = readText(identifier);
      else skipField(identifier, fieldTag);
    }),
  );
  return stream;
};

const readProposedMessage = (c: Cursor): NewEvent => {
  const entries = new Map<string, string>();
  let id: string | undefined;
  let metadata: Buffer = EMPTY;
  let data: Buffer = EMPTY;
  readMessage(c, (message) =>
    eachField(message, (fieldTag) => {
      if (fieldTag === tag(1, 2)) id = readEventId(message);
      else if (fieldTag === tag(2, 2)) readMessage(message, (entry) => readEntry(entry, entries));
      else if (fieldTag === tag(3, 2)) metadata = readBytes(message);
      else if (fieldTag === tag(4, 2)) data = readBytes(message);
      else skipField(message, fieldTag);
    }),
  );
  const type = entries.get('type');
  const contentType = entries.get('content-type');
  if (id === undefined) throw new RangeError('Expected an event with an id, found none');
  if (type === undefined) throw missingMetadataProperty('type');
  if (contentType === undefined) throw missingMetadataProperty('content-type');
  return { id, type, contentType: contentType === JSON_TYPE ? JSON_TYPE : BINARY_TYPE, metadata, data };
};

/** Seconds and nanoseconds of a `Timestamp` or a `Duration`, as milliseconds. */
const readMilliseconds = (c: Cursor): number => {
  let seconds = 0n;
  let nanos = 0n;
  readMessage(c, (time) =>
    eachField(time, (fieldTag) => {
      if (fieldTag === tag(1, 0)) seconds = BigInt.asIntN(64, readUint64(time));
      else if (fieldTag === tag(2, 0)) nanos = BigInt.asIntN(64, readUint64(time));
      else skipField(time, fieldTag);
    }),
  );
  return Number(seconds) * 1_000 + Number(nanos) / 1_000_000;
};

const readBatchOptions = (c: Cursor, now: number): BatchAppendOptions => {
  let stream = '';
  let expected: Expected | undefined;
  let timeout = Number.POSITIVE_INFINITY;
  readMessage(c, (options) =>
    eachField(options, (fieldTag) => {
      if (fieldTag === tag(1, 2)) stream = readStreamIdentifier(options);
      else if (fieldTag === tag(6, 2)) timeout = readMilliseconds(options) - now;
      else if (fieldTag === tag(7, 2)) timeout = readMilliseconds(options);
      else expected = readExpected(options, fieldTag) ?? expected;
    }),
  );
  if (expected === undefined) throw new RangeError(`Expected an expected revision for stream '${stream}', found none`);
  return { stream, expected, timeout };
};

/** The expected revision has the same field numbers in both append messages. */
const readExpected = (c: Cursor, fieldTag: number): Expected | undefined => {
  if (fieldTag === tag(2, 0)) return BigInt.asIntN(64, readUint64(c));
  skipField(c, fieldTag);
  if (fieldTag === tag(3, 2)) return 'no_stream';
  if (fieldTag === tag(4, 2)) return 'any';
  return fieldTag === tag(5, 2) ? 'stream_exists' : undefined;
};

/**
 * Reads only the correlation id of a request that may be unreadable otherwise, so that it can be answered.
 * @throws RangeError when not even that can be read.
 */
export const readCorrelationId = (bytes: Buffer): Buffer => {
  const c = cursor(bytes);
  let correlationId: Buffer = EMPTY;
  eachField(c, (fieldTag) => {
    if (fieldTag === tag(1, 2)) correlationId = readBytes(c);
    else skipField(c, fieldTag);
  });
  return correlationId;
};

/**
 * Reads a `BatchAppendReq`.
 * @param now milliseconds since the Unix epoch: clients up to 6.2 send their deadline as a point in time.
 * @throws RangeError, or an error with a gRPC status, when it cannot be read or lacks something.
 */
export const readBatchAppend = (bytes: Buffer, now: number): BatchAppendRequest => {
  const c = cursor(bytes);
  const events: NewEvent[] = [];
  let correlationId: Buffer = EMPTY;
  let options: BatchAppendOptions | undefined;
  let isFinal = false;
  eachField(c, (fieldTag) => {
    if (fieldTag === tag(1, 2)) correlationId = readBytes(c);
    else if (fieldTag === tag(2, 2)) options = readBatchOptions(c, now);
    else if (fieldTag === tag(3, 2)) events.push(readProposedMessage(c));
    else if (fieldTag === tag(4, 0)) isFinal = readVarint(c) !== 0;
    else skipField(c, fieldTag);
  });
  return { correlationId, options, events, isFinal };
};

/** Reads an `AppendReq`. Throws like `readBatchAppend`. */
export const readAppend = (bytes: Buffer): AppendRequest => {
  const c = cursor(bytes);
  let request: AppendRequest | undefined;
  eachField(c, (fieldTag) => {
    if (fieldTag === tag(1, 2)) request = { kind: 'options', options: readUnaryOptions(c) };
    else if (fieldTag === tag(2, 2)) request = { kind: 'event', event: readProposedMessage(c) };
    else skipField(c, fieldTag);
  });
  if (!request) throw new RangeError('Expected append options or an event, found an empty message');
  return request;
};

const readUnaryOptions = (c: Cursor): AppendOptions => {
  let stream = '';
  let expected: Expected | undefined;
  readMessage(c, (options) =>
    eachField(options, (fieldTag) => {
      if (fieldTag === tag(1, 2)) stream = readStreamIdentifier(options);
      else expected = readExpected(options, fieldTag) ?? expected;
    }),
  );
  if (expected === undefined) throw new RangeError(`Expected an expected revision for stream '${stream}', found none`);
  return { stream, expected };
};
