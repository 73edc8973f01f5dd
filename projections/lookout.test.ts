import { describe, expect, it } from '@jest/globals';
import { log } from '../tests/fixtures/logger.ts';
import { until } from '../tests/fixtures/until.ts';
import { createLookout, type Glance } from './lookout.ts';

/** A lookout over a projection whose looks are answered by hand. */
const overlook = (isWanted = false) => {
  const pending: Array<{ readonly resolve: (found: Glance) => void; readonly reject: (error: Error) => void }> = [];
  let looks = 0;
  const look = (): Promise<Glance> => {
    looks += 1;
    return new Promise((resolve, reject) => pending.push({ resolve, reject }));
  };
  const lookout = createLookout({
    projection: 'orders',
    sight: { isWanted: () => isWanted, look },
    log,
    backoff: { first: 1, most: 1 },
  });
  const asked = () => until('it looks', () => pending.shift());
  return {
    lookout,
    looks: () => looks,
    answer: async (position: bigint, more = false) => (await asked()).resolve({ position, more }),
    fail: async () => (await asked()).reject(new Error('no answer')),
  };
};
const never = () => new AbortController().signal;

describe('a lookout', () => {
  it('answers ten thousand who ask by two looks: one that had begun, and one for all who asked meanwhile', async () => {
    const { lookout, looks, answer } = overlook();
    const reaching = Array.from({ length: 10_000 }, (_, n) => lookout.reached(BigInt(n), never()));
    await answer(0n);
    await answer(10_000n);
    expect(new Set(await Promise.all(reaching))).toEqual(new Set([true]));
    expect(looks()).toBe(2);
  });

  it('does not look while nobody waits', () => {
    const { lookout, looks } = overlook();
    for (let position = 0n; position < 100n; position += 1n) lookout.notice(position);
    expect(looks()).toBe(0);
  });

  it('looks once more for all the notices that come while it looks', async () => {
    const { lookout, looks, answer } = overlook(true);
    for (let position = 0n; position < 100n; position += 1n) lookout.notice(position);
    await answer(0n);
    await answer(99n);
    const reaching = lookout.reached(200n, never());
    await answer(200n);
    expect(await reaching).toBe(true);
    expect(looks()).toBe(3);
  });

  it('does not look for slots that are no further than what it has seen, but for one that is, or was swapped in', async () => {
    const { lookout, looks, answer } = overlook(true);
    lookout.notice(5n);
    await answer(5n);
    const reaching = lookout.reached(7n, never());
    await answer(5n);
    lookout.notice(4n);
    lookout.notice(5n);
    expect(looks()).toBe(2);
    lookout.notice(6n);
    await answer(6n);
    lookout.notice();
    await answer(7n);
    expect(await reaching).toBe(true);
    expect(looks()).toBe(4);
  });

  it('looks again when there was more than one look takes in', async () => {
    const { lookout, looks, answer } = overlook(true);
    const reaching = lookout.reached(1n, never());
    await answer(0n, true);
    await answer(1n);
    expect(await reaching).toBe(true);
    expect(looks()).toBe(2);
  });

  it('looks again when a look fails, until one works', async () => {
    const { lookout, answer, fail } = overlook();
    const reaching = lookout.reached(1n, never());
    await fail();
    await fail();
    await answer(1n);
    expect(await reaching).toBe(true);
  });

  it('forgets who no longer waits', async () => {
    const { lookout, looks, answer } = overlook();
    const giving = new AbortController();
    const reaching = lookout.reached(1n, giving.signal);
    await answer(0n);
    giving.abort();
    expect(await reaching).toBe(false);
    lookout.notice(1n);
    expect(looks()).toBe(1);
  });
});
