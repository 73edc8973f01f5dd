import { describe, expect, it } from '@jest/globals';
import { TakenOver } from '../hold.ts';
import { persevere } from './persevere.ts';

/** Work that is stopped while at its last step, after which it no longer knows what has become of it. */
const stopped = (found: () => Promise<string | undefined>) => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const done = persevere({ retry: 10, onProgress: undefined, signal }, found, () => {
    stopping.abort();
    return Promise.reject(new TakenOver('orders_2'));
  });
  return { done, signal };
};

describe('perseverance that is stopped', () => {
  it('tells what it came to when all was done by then', async () => {
    expect(await stopped(() => Promise.resolve('orders_2')).done).toBe('orders_2');
  });

  it('ends with the reason when it was not, or when nobody can tell', async () => {
    for (const found of [() => Promise.resolve(undefined), () => Promise.reject(new Error('connection lost'))]) {
      const { done, signal } = stopped(found);
      const why: unknown = await done.catch((error: unknown) => error);
      expect(why).toBe(signal.reason);
    }
  });
});
