import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nameKey, positionKey, readUint64, revisionKey } from './keys.ts';

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

describe('keys', () => {
  it('give back the numbers they were made of', () => {
    fc.assert(
      fc.property(uint64, uint64, (stream, revision) => {
        expect(readUint64(positionKey(stream), 0)).toBe(stream);
        expect(readUint64(revisionKey(stream, revision), 8)).toBe(revision);
      }),
    );
  });

  it('sort like their numbers', () => {
    fc.assert(
      fc.property(uint64, uint64, (a, b) => positionKey(a).compare(positionKey(b)) === Number(a > b) - Number(a < b)),
    );
  });

  it('of names are distinct and short, however long the names are', () => {
    const names = ['s', 's\0', `\0s`, 'é', 'x'.repeat(1_000), 'x'.repeat(1_001), 'x'.repeat(100_000)];
    const keys = names.map(nameKey);
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(names.length);
    expect(Math.max(...keys.map((key) => key.length))).toBeLessThan(1_978);
  });
});
