import { describe, expect, it } from '@jest/globals';
import { createPace, type Pace } from './pace.ts';

const small = { events: 1, bytes: 700 };

/** Where each of the next so many small commits is made. */
const next = (pace: Pace, count: number): readonly boolean[] =>
  Array.from({ length: count }, () => pace.isOnTheSpot(small));
const byThread = Array<boolean>(100).fill(false);

describe('commits are made', () => {
  it('on the spot when they are small, by lmdb when they are many events or many bytes', () => {
    const sizes = [
      { events: 8, bytes: 65_536 },
      { events: 9, bytes: 700 },
      { events: 1, bytes: 65_537 },
    ];
    expect(sizes.map(createPace().isOnTheSpot)).toEqual([true, false, false]);
  });

  it('on the spot as long as the disk is quick, but for a slow moment', () => {
    const pace = createPace();
    for (const milliseconds of [0.5, 0.5, 15, 0.5, 0.5]) pace.took(milliseconds);
    expect(next(pace, 1)).toEqual([true]);
  });

  it('by lmdb for a hundred commits when the disk is slow, then on the spot again to find out', () => {
    const pace = createPace();
    for (const milliseconds of [10, 10, 10]) pace.took(milliseconds);
    expect(next(pace, 101)).toEqual([...byThread, true]);
  });

  it('by lmdb for a hundred commits after a stall, and for a hundred more while the disk is still slow', () => {
    const pace = createPace();
    pace.took(100);
    expect(next(pace, 101)).toEqual([...byThread, true]);
    pace.took(2.1);
    expect(next(pace, 100)).toEqual(byThread);
    pace.took(0.5);
    expect(next(pace, 1)).toEqual([true]);
  });

  it('by lmdb for a hundred commits after one failed', () => {
    const pace = createPace();
    pace.failed();
    expect(next(pace, 101)).toEqual([...byThread, true]);
  });
});
