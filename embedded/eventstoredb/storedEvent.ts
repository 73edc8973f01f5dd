import type { EventDetails, NewEvent, StoredEvent } from './log.ts';
import {
  cursor,
  fieldSize,
  readBytes,
  readLength,
  readMessage,
  readText,
  readUint64,
  readVarint,
  skipField,
  tag,
  uint64Size,
  writeBytes,
  writeHead,
  writeNumber,
  type Cursor,
} from './wire.ts';

/**
 * An event is stored as the bytes of the response that will carry it: a `ReadResp { event: ReadEvent { event:
 * RecordedEvent, commit_position } }` of `streams.proto`, written once when it is appended. A read copies it to the wire.
 */

const RESPONSE_EVENT = tag(1, 2);
const EVENT_RECORDED = tag(1, 2);
const EVENT_COMMIT_POSITION = tag(3, 0);
const RECORDED_ID = tag(1, 2);
const RECORDED_STREAM = tag(2, 2);
const RECORDED_REVISION = tag(3, 0);
const RECORDED_PREPARE = tag(4, 0);
const RECORDED_COMMIT = tag(5, 0);
const RECORDED_METADATA = tag(6, 2);
const RECORDED_CUSTOM_METADATA = tag(7, 2);
const RECORDED_DATA = tag(8, 2);
const ID_STRING = tag(2, 2);
const STREAM_NAME = tag(3, 2);
const ENTRY_KEY = tag(1, 2);
const ENTRY_VALUE = tag(2, 2);
const ID_LENGTH = 36;

/** Type of an event that stands for another one: its data is `N@stream`. */
export const LINK_TYPE = '$>';

/** Streams of persistent subscriptions to `$all` are kept out of `$all`, so that a group's work does not wake it again. */
export const isHiddenFromAll = (stream: string): boolean =>
  stream.startsWith('$persistentsubscription-$all::') && (stream.endsWith('-checkpoint') || stream.endsWith('-parked'));

/** Where an event stands and when it was stored (100-nanosecond ticks since the Unix epoch, in decimal). */
export interface Coordinates {
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
  readonly created: string;
}

const TYPE_KEY = Buffer.from('type');
const CONTENT_TYPE_KEY = Buffer.from('content-type');
const CREATED_KEY = Buffer.from('created');

const entrySize = (key: Buffer, value: number): number => fieldSize(key.length) + fieldSize(value);

const writeEntry = (bytes: Buffer, at: number, key: Buffer, value: string, length: number): number => {
  const start = writeHead(bytes, at, RECORDED_METADATA, entrySize(key, length));
  const valueAt = writeHead(bytes, writeBytes(bytes, start, ENTRY_KEY, key), ENTRY_VALUE, length);
  bytes.write(value, valueAt, length, 'utf8');
  return valueAt + length;
};

/** Makes the stored event: its bytes as they will be sent, and what decisions need beside them. */
export const encodeEvent = (event: NewEvent, { stream, revision, position, created }: Coordinates): StoredEvent => {
  const streamLength = Buffer.byteLength(stream);
  const typeLength = Buffer.byteLength(event.type);
  const contentTypeLength = Buffer.byteLength(event.contentType);
  const positionSize = uint64Size(position);
  const recordedSize =
    fieldSize(fieldSize(ID_LENGTH)) +
    fieldSize(fieldSize(streamLength)) +
    (1 + uint64Size(revision)) +
    2 * (1 + positionSize) +
    fieldSize(entrySize(TYPE_KEY, typeLength)) +
    fieldSize(entrySize(CONTENT_TYPE_KEY, contentTypeLength)) +
    fieldSize(entrySize(CREATED_KEY, created.length)) +
    fieldSize(event.metadata.length) +
    fieldSize(event.data.length);
  const eventSize = fieldSize(recordedSize) + 1 + positionSize;
  const frame = Buffer.allocUnsafe(fieldSize(eventSize));

  const start = writeHead(frame, writeHead(frame, 0, RESPONSE_EVENT, eventSize), EVENT_RECORDED, recordedSize);
  let at = writeHead(frame, writeHead(frame, start, RECORDED_ID, fieldSize(ID_LENGTH)), ID_STRING, ID_LENGTH);
  at += frame.write(event.id, at, ID_LENGTH, 'latin1');
  at = writeHead(frame, writeHead(frame, at, RECORDED_STREAM, fieldSize(streamLength)), STREAM_NAME, streamLength);
  at += frame.write(stream, at, streamLength, 'utf8');
  at = writeNumber(frame, at, RECORDED_REVISION, revision);
  at = writeNumber(frame, at, RECORDED_PREPARE, position);
  at = writeNumber(frame, at, RECORDED_COMMIT, position);
  at = writeEntry(frame, at, TYPE_KEY, event.type, typeLength);
  at = writeEntry(frame, at, CONTENT_TYPE_KEY, event.contentType, contentTypeLength);
  at = writeEntry(frame, at, CREATED_KEY, created, created.length);
  at = writeBytes(frame, at, RECORDED_CUSTOM_METADATA, event.metadata);
  at = writeBytes(frame, at, RECORDED_DATA, event.data);
  writeNumber(frame, at, EVENT_COMMIT_POSITION, position);
  return {
    id: event.id,
    stream,
    type: event.type,
    revision,
    position,
    hiddenFromAll: isHiddenFromAll(stream),
    message: frame.subarray(start, start + recordedSize),
    frame,
  };
};

const openRecorded = (frame: Buffer): Cursor => {
  const c = cursor(frame);
  expectTag(c, RESPONSE_EVENT);
  readLength(c);
  expectTag(c, EVENT_RECORDED);
  c.end = readLength(c);
  return c;
};

const expectTag = (c: Cursor, expected: number): void => {
  const found = readVarint(c);
  if (found !== expected)
    throw new RangeError(`Expected a stored event's tag ${expected} at byte ${c.at - 1}, found ${found}`);
};

/** Reads back what `encodeEvent` wrote, as far as `type`: fields stand in the order in which they were written. */
export const decodeEvent = (frame: Buffer): StoredEvent => {
  const c = openRecorded(frame);
  const start = c.at;
  const idAt = start + 4;
  c.at = idAt + ID_LENGTH;
  expectTag(c, RECORDED_STREAM);
  readLength(c);
  expectTag(c, STREAM_NAME);
  const stream = readText(c);
  expectTag(c, RECORDED_REVISION);
  const revision = readUint64(c);
  expectTag(c, RECORDED_PREPARE);
  const position = readUint64(c);
  expectTag(c, RECORDED_COMMIT);
  readVarint(c);
  expectTag(c, RECORDED_METADATA);
  readLength(c);
  c.at += fieldSize(TYPE_KEY.length) + 1;
  const type = readText(c);
  return {
    id: frame.toString('latin1', idAt, idAt + ID_LENGTH),
    stream,
    type,
    revision,
    position,
    hiddenFromAll: isHiddenFromAll(stream),
    message: frame.subarray(start, c.end),
    frame,
  };
};

const EMPTY = Buffer.alloc(0);

/** Reads when the event was stored, its content type, metadata and data. */
export const readDetails = (event: StoredEvent): EventDetails => {
  const c = cursor(event.message);
  const entries = new Map<string, string>();
  let metadata: Buffer = EMPTY;
  let data: Buffer = EMPTY;
  while (c.at < c.end) {
    const fieldTag = readVarint(c);
    if (fieldTag === RECORDED_METADATA) readMessage(c, (entry) => readEntry(entry, entries));
    else if (fieldTag === RECORDED_CUSTOM_METADATA) metadata = readBytes(c);
    else if (fieldTag === RECORDED_DATA) data = readBytes(c);
    else skipField(c, fieldTag);
  }
  return {
    created: BigInt(entries.get('created') ?? 0),
    contentType: entries.get('content-type') ?? 'application/octet-stream',
    metadata,
    data,
  };
};

/** Reads one entry of a protobuf `map<string, string>` into `entries`. */
export const readEntry = (c: Cursor, entries: Map<string, string>): void => {
  let key = '';
  let value = '';
  while (c.at < c.end) {
    const fieldTag = readVarint(c);
    if (fieldTag === ENTRY_KEY) key = readText(c);
    else if (fieldTag === ENTRY_VALUE) value = readText(c);
    else skipField(c, fieldTag);
  }
  entries.set(key, value);
};
