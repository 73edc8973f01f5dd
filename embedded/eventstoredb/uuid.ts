import {
  cursor,
  fieldSize,
  readMessage,
  readText,
  readUint64,
  readVarint,
  skipField,
  tag,
  uint64Size,
  writeHead,
  writeNumber,
  type Cursor,
} from './wire.ts';

/**
 * The protocol's `UUID`: a string, or two signed 64-bit numbers, whichever the client prefers (the Node client strings,
 * the .NET client numbers).
 */
export type UuidFormat = 'string' | 'structured';

/** The format a reader asks for. Source: `Streams.Read.cs` of 23.10, where all but strings are numbers. */
export const uuidFormatOf = (option: { readonly hasString: () => boolean } | undefined): UuidFormat =>
  option?.hasString() ? 'string' : 'structured';

const UUID_STRUCTURED = tag(1, 2);
const UUID_STRING = tag(2, 2);
const MOST_SIGNIFICANT = tag(1, 0);
const LEAST_SIGNIFICANT = tag(2, 0);
const RECORDED_ID = tag(1, 2);

const hexPattern = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/;

const fromHalves = (most: bigint, least: bigint): string => {
  const hex = most.toString(16).padStart(16, '0') + least.toString(16).padStart(16, '0');
  return hex.replace(hexPattern, '$1-$2-$3-$4-$5');
};

const readHalves = (c: Cursor): string => {
  let most = 0n;
  let least = 0n;
  while (c.at < c.end) {
    const fieldTag = readVarint(c);
    if (fieldTag === MOST_SIGNIFICANT) most = readUint64(c);
    else if (fieldTag === LEAST_SIGNIFICANT) least = readUint64(c);
    else skipField(c, fieldTag);
  }
  return fromHalves(most, least);
};

/** Reads a `UUID` in either form as lower-case text; what is no UUID comes back as it is. */
export const readUuid = (c: Cursor): string => {
  let id = '';
  while (c.at < c.end) {
    const fieldTag = readVarint(c);
    if (fieldTag === UUID_STRING) id = readText(c);
    else if (fieldTag === UUID_STRUCTURED) readMessage(c, (inner) => (id = readHalves(inner)));
    else skipField(c, fieldTag);
  }
  return id.toLowerCase();
};

/** A stored event's bytes with its id, which is their first field and stored as a string, in the given format. */
export const withUuid = (recorded: Buffer, format: UuidFormat): Buffer => {
  if (format === 'string') return recorded;
  const c = cursor(recorded);
  let id = '';
  readVarint(c);
  readMessage(c, (inner) => (id = readUuid(inner)));
  const [most, least] = [id.slice(0, 18), id.slice(18)].map((half) => BigInt(`0x${half.replaceAll('-', '')}`));
  if (most === undefined || least === undefined) throw new SyntaxError(`Expected a UUID, found ${JSON.stringify(id)}.`);
  const halvesSize = 2 + uint64Size(most) + uint64Size(least);
  const head = Buffer.allocUnsafe(fieldSize(fieldSize(halvesSize)));
  let at = writeHead(head, writeHead(head, 0, RECORDED_ID, fieldSize(halvesSize)), UUID_STRUCTURED, halvesSize);
  at = writeNumber(head, at, MOST_SIGNIFICANT, most);
  writeNumber(head, at, LEAST_SIGNIFICANT, least);
  return Buffer.concat([head, recorded.subarray(c.at)]);
};
