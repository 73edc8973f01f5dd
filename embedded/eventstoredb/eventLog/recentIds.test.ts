import { describe, expect, it } from '@jest/globals';
import { createRecentIds } from './recentIds.ts';

describe('recently appended ids', () => {
  it('are known in the stream that got them only', () => {
    const recent = createRecentIds(10);
    recent.add(1n, 'a', 5n);
    expect([recent.revision(1n, 'a'), recent.revision(2n, 'a'), recent.revision(1n, 'b')]).toEqual([
      5n,
      undefined,
      undefined,
    ]);
  });

  it('are forgotten in the order of their age, never those of the commit under way', () => {
    const recent = createRecentIds(2);
    for (const [revision, id] of ['a', 'b', 'c', 'd', 'e'].entries()) {
      recent.add(1n, id, BigInt(revision));
      if (id === 'b' || id === 'd') recent.trim();
    }
    expect(['a', 'b', 'c', 'd', 'e'].map((id) => recent.revision(1n, id))).toEqual([undefined, undefined, 2n, 3n, 4n]);
  });
});
