import { describe, expect, it } from '@jest/globals';
import { createPace } from './pace.ts';

describe('where commits are made', () => {
  it('on the spot when they are small, by lmdb when they are large', () => {
    const pace = createPace();
    expect([pace.isOnTheSpot(1), pace.isOnTheSpot(8), pace.isOnTheSpot(9)]).toEqual([true, true, false]);
  });

  it('by lmdb for a while after the disk was slow, then on the spot again', () => {
    let time = 0;
    const pace = createPace(() => time);
    pace.onTheSpot(() => (time += 1));
    expect(pace.isOnTheSpot(1)).toBe(true);
    pace.onTheSpot(() => (time += 10));
    const next = Array.from({ length: 101 }, () => pace.isOnTheSpot(1));
    expect(next).toEqual([...Array<boolean>(100).fill(false), true]);
  });
});
