import { afterAll, describe, expect, it } from '@jest/globals';
import { openScratch } from './scratch.ts';

describe('a shelf', () => {
  const scratch = openScratch();
  afterAll(() => scratch.close());

  it('has the latest value of every key, in memory or on disk', async () => {
    const shelf = scratch.shelf<{ readonly n: number; readonly position: bigint }>('some', 10);
    const keys = Array.from({ length: 200 }, (_, n) => `key ${String(n).padStart(3, '0')}`);
    for (const round of [1, 2])
      for (const [index, key] of keys.entries()) {
        const before = shelf.get(key);
        expect(before?.n).toBe(round === 1 ? undefined : index);
        shelf.set(key, { n: index * round, position: BigInt(index) });
        await shelf.settle();
      }
    for (const [index, key] of keys.entries())
      expect(shelf.get(key)).toEqual({ n: index * 2, position: BigInt(index) });
  });

  it('lists every key once, in order, whether it was written down or not', async () => {
    const shelf = scratch.shelf<number>('others', 700);
    const keys = Array.from({ length: 2_500 }, (_, n) => String(n).padStart(4, '0'));
    for (const key of [...keys].reverse()) {
      shelf.set(key, Number(key));
      await shelf.settle();
    }
    const listed: string[] = [];
    for await (const [key, value] of shelf.entries()) {
      expect(value).toBe(Number(key));
      listed.push(key);
    }
    expect(listed).toEqual(keys);
    expect(await shelf.count()).toBe(keys.length);
  });
});
