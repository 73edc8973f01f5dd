import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  cursor,
  readBytes,
  readUint64,
  readVarint,
  skipField,
  tag,
  uint64Size,
  writeBytes,
  writeUint64,
} from './wire.ts';

const roundTrip = (value: bigint): { readonly bytes: Buffer; readonly back: bigint } => {
  const bytes = Buffer.alloc(uint64Size(value));
  expect(writeUint64(bytes, 0, value)).toBe(bytes.length);
  return { bytes, back: readUint64(cursor(bytes)) };
};

describe('numbers on the wire', () => {
  it('come back as they were written, over all 64 bits', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => roundTrip(value).back === value));
  });

  it('look as protobuf documents it', () => {
    expect(roundTrip(150n).bytes).toEqual(Buffer.of(0x96, 0x01));
    expect(roundTrip(9_223_372_036_854_775_807n).bytes.toString('hex')).toBe('ffffffffffffffff7f');
  });

  it('are refused when the message ends within them', () => {
    expect(() => readVarint(cursor(Buffer.of(0x96)))).toThrow(RangeError);
  });
});

describe('fields on the wire', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (content) => {
        const bytes = Buffer.alloc(content.length + 10);
        const end = writeBytes(bytes, 0, tag(1, 2), content);
        const c = cursor(bytes.subarray(0, end));
        expect(readVarint(c)).toBe(tag(1, 2));
        return readBytes(c).equals(content) && c.at === end;
      }),
    );
  });

  it('of every kind can be skipped', () => {
    const c = cursor(Buffer.from('08960111000000000000000012020102' + '1d00000000' + '2001', 'hex'));
    for (let i = 0; i < 4; i++) skipField(c, readVarint(c));
    expect([readVarint(c), readVarint(c)]).toEqual([tag(4, 0), 1]);
  });

  it('are refused when they are longer than the message', () => {
    expect(() => readBytes(cursor(Buffer.of(5, 1, 2)))).toThrow('Expected 5 bytes at byte 1, found only 2');
  });
});
