import { createHash } from 'node:crypto';

/** The revision of a tombstone: nothing can come after it. */
export const TOMBSTONE = 9_223_372_036_854_775_807n;

/** lmdb's own limit is 1,978 bytes; longer names are kept under their hash. */
const LONGEST_NAME_KEY = 1_000;
const PLAIN = 0;
const HASHED = 1;

const HALF = 2 ** 32;

/** Big-endian, so that keys sort like numbers. In two halves: several times faster than `writeBigUInt64BE` in Node 20. */
const writeUint64 = (key: Buffer, at: number, value: bigint): void => {
  if (value > Number.MAX_SAFE_INTEGER) {
    key.writeBigUInt64BE(value, at);
    return;
  }
  const number = Number(value);
  const high = Math.floor(number / HALF);
  key.writeUInt32BE(high, at);
  key.writeUInt32BE(number - high * HALF, at + 4);
};

/** Reads what `positionKey` wrote, or the second half of what `revisionKey` wrote. */
export const readUint64 = (key: Buffer, at: number): bigint => {
  const high = key.readUInt32BE(at);
  return high < HALF / 2 ** 11 ? BigInt(high * HALF + key.readUInt32BE(at + 4)) : key.readBigUInt64BE(at);
};

/** Key of an event: its position, so that the order of keys is the order of `$all`. */
export const positionKey = (position: bigint): Buffer => {
  const key = Buffer.allocUnsafe(8);
  writeUint64(key, 0, position);
  return key;
};

/** Key of a stream's entry in the index: the stream's number, then the revision. */
export const revisionKey = (streamNumber: bigint, revision: bigint): Buffer => {
  const key = Buffer.allocUnsafe(16);
  writeUint64(key, 0, streamNumber);
  writeUint64(key, 8, revision);
  return key;
};

/** Key of a stream's name. */
export const nameKey = (stream: string): Buffer => {
  const name = Buffer.from(stream);
  return name.length <= LONGEST_NAME_KEY
    ? Buffer.concat([Buffer.of(PLAIN), name])
    : Buffer.concat([Buffer.of(HASHED), createHash('sha256').update(name).digest()]);
};
