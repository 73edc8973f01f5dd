import { describe, expect, it } from '@jest/globals';
import { createTurns } from './turns.ts';

describe('turns', () => {
  it('run one at a time for one key, in the order of asking, and go on after a failure', async () => {
    const inTurn = createTurns();
    const order: number[] = [];
    const work = (n: number) => async () => {
      await new Promise(setImmediate);
      order.push(n);
      if (n === 2) throw new Error('two');
    };
    const [, second] = await Promise.allSettled([1, 2, 3].map((n) => inTurn('wallet', work(n))));
    expect(order).toEqual([1, 2, 3]);
    expect(second?.status).toBe('rejected');
  });

  it('run at once for different keys', async () => {
    const inTurn = createTurns();
    let release: () => void = () => undefined;
    const first = inTurn('a', () => new Promise<void>((resolve) => (release = resolve)));
    expect(await inTurn('b', () => Promise.resolve('b'))).toBe('b');
    release();
    await first;
  });
});
