/**
 * The protobuf wire format, read and written in place. By hand because the generated code costs more than all other work
 * on an append: google-protobuf builds an object per message, copies each bytes field and parses map entries one by one,
 * while an append needs seven fields and passes the rest on as bytes. Only the hot messages are handled here (appends in,
 * events out); every other message goes through the generated classes.
 *
 * Format: https://protobuf.dev/programming-guides/encoding/
 */

/** A place in a message: what lies between `at` and `end` is still to be read. */
export interface Cursor {
  readonly bytes: Buffer;
  at: number;
  end: number;
}

export const cursor = (bytes: Buffer): Cursor => ({ bytes, at: 0, end: bytes.length });

export const LENGTH_DELIMITED = 2;
const FIXED64 = 1;
const FIXED32 = 5;

/** The tag of a field: what `readVarint` returns at the start of a field, and what is written there. */
export const tag = (field: number, wireType: 0 | 2): number => field * 8 + wireType;

/**
 * Reads an unsigned varint. Exact up to 2^53 − 1: use `readUint64` for fields that may hold more.
 * @throws RangeError when the message ends within the number or the number is longer than ten bytes.
 */
export const readVarint = (c: Cursor): number => {
  let value = 0;
  let scale = 1;
  for (let i = 0; i < 10 && c.at < c.end; i++) {
    const byte = c.bytes[c.at++] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
    scale *= 128;
  }
  throw new RangeError(
    `Expected a protobuf varint at byte ${c.at}, found the end of the message or more than ten bytes`,
  );
};

/** Reads an unsigned varint of up to 64 bits. Throws like `readVarint`. */
export const readUint64 = (c: Cursor): bigint => {
  const start = c.at;
  const value = readVarint(c);
  if (value <= Number.MAX_SAFE_INTEGER) return BigInt(value);
  let exact = 0n;
  for (let i = c.at - 1; i >= start; i--) exact = (exact << 7n) | BigInt((c.bytes[i] ?? 0) & 0x7f);
  return BigInt.asUintN(64, exact);
};

/**
 * Reads the length of a length-delimited field and returns where the field ends; its content starts at `c.at`.
 * @throws RangeError when the field is longer than the message.
 */
export const readLength = (c: Cursor): number => {
  const length = readVarint(c);
  const end = c.at + length;
  if (end > c.end) throw new RangeError(`Expected ${length} bytes at byte ${c.at}, found only ${c.end - c.at}`);
  return end;
};

/** A view of a length-delimited field's content; the cursor moves behind it. */
export const readBytes = (c: Cursor): Buffer => {
  const end = readLength(c);
  const view = c.bytes.subarray(c.at, end);
  c.at = end;
  return view;
};

export const readText = (c: Cursor): string => {
  const end = readLength(c);
  const text = c.bytes.toString('utf8', c.at, end);
  c.at = end;
  return text;
};

/** Reads an embedded message: runs `read` on a cursor that ends where the message does. */
export const readMessage = (c: Cursor, read: (inner: Cursor) => void): void => {
  const end = readLength(c);
  const outer = c.end;
  c.end = end;
  read(c);
  c.at = end;
  c.end = outer;
};

/** Skips the field whose tag was just read. */
export const skipField = (c: Cursor, fieldTag: number): void => {
  switch (fieldTag & 7) {
    case 0:
      readVarint(c);
      return;
    case FIXED64:
      c.at += 8;
      return;
    case LENGTH_DELIMITED:
      c.at = readLength(c);
      return;
    case FIXED32:
      c.at += 4;
      return;
    default:
      throw new RangeError(`Expected a protobuf field at byte ${c.at}, found wire type ${fieldTag & 7}`);
  }
};

/** How many bytes a non-negative safe integer takes as a varint. */
export const varintSize = (value: number): number => {
  let size = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++;
  return size;
};

/** Writes a non-negative safe integer as a varint; returns where it ends. */
export const writeVarint = (bytes: Buffer, at: number, value: number): number => {
  let rest = value;
  let end = at;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes[end++] = (rest % 128) | 0x80;
  bytes[end++] = rest;
  return end;
};

/** How many bytes an unsigned 64-bit number takes as a varint. */
export const uint64Size = (value: bigint): number =>
  value <= Number.MAX_SAFE_INTEGER ? varintSize(Number(value)) : Math.ceil(value.toString(2).length / 7);

/** Writes an unsigned 64-bit number as a varint; returns where it ends. */
export const writeUint64 = (bytes: Buffer, at: number, value: bigint): number => {
  if (value <= Number.MAX_SAFE_INTEGER) return writeVarint(bytes, at, Number(value));
  bytes[at] = Number(value & 0x7fn) | 0x80;
  return writeUint64(bytes, at + 1, value >> 7n);
};

/** Writes a numeric field with a tag below 128; returns where it ends. */
export const writeNumber = (bytes: Buffer, at: number, fieldTag: number, value: bigint): number => {
  bytes[at] = fieldTag;
  return writeUint64(bytes, at + 1, value);
};

/** How many bytes a length-delimited field with a tag below 128 takes, given its content's length. */
export const fieldSize = (length: number): number => 1 + varintSize(length) + length;

/** Writes tag and length of a length-delimited field; returns where the content starts. */
export const writeHead = (bytes: Buffer, at: number, fieldTag: number, length: number): number => {
  bytes[at] = fieldTag;
  return writeVarint(bytes, at + 1, length);
};

/** Writes a length-delimited field; returns where it ends. */
export const writeBytes = (bytes: Buffer, at: number, fieldTag: number, content: Uint8Array): number => {
  const start = writeHead(bytes, at, fieldTag, content.length);
  bytes.set(content, start);
  return start + content.length;
};
