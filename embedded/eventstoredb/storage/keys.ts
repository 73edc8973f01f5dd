import { createHash } from 'node:crypto';

/** The revision of a tombstone: nothing can come after it. */
export const TOMBSTONE = 9_223_372_036_854_775_807n;

/** lmdb's own limit is 1,978 bytes; longer names are kept under their hash. */
const LONGEST_NAME_KEY = 1_000;
const PLAIN = 0;
const HASHED = 1;

/** Key of an event: its position, so that the order of keys is the order of `$all`. */
export const positionKey = (position: bigint): Buffer => {
  const key = Buffer.allocUnsafe(8);
  key.writeBigUInt64BE(position);
  return key;
};

/** Key of a stream's entry in the index: the stream's number, then the revision. */
export const revisionKey = (streamNumber: bigint, revision: bigint): Buffer => {
  const key = Buffer.allocUnsafe(16);
  key.writeBigUInt64BE(streamNumber);
  key.writeBigUInt64BE(revision, 8);
  return key;
};

/** Key of a stream's name. */
export const nameKey = (stream: string): Buffer => {
  const name = Buffer.from(stream);
  return name.length <= LONGEST_NAME_KEY
    ? Buffer.concat([Buffer.of(PLAIN), name])
    : Buffer.concat([Buffer.of(HASHED), createHash('sha256').update(name).digest()]);
};
