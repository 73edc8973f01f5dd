import { describe, expect, it } from '@jest/globals';
import { createCache } from './cache.ts';

describe('cache', () => {
  it('drops what was unused for longest when it is full', () => {
    const cache = createCache<number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    expect(cache.get('a')).toBe(1);
    cache.set('c', 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
  });

  it('forgets what it is told to forget', () => {
    const cache = createCache<number>(2);
    cache.set('a', 1);
    cache.drop('a');
    expect(cache.get('a')).toBeUndefined();
  });
});
