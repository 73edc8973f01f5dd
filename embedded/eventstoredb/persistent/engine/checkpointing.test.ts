import { describe, expect, it } from '@jest/globals';
import { createCheckpointing } from './checkpointing.ts';

const settings = { checkpointAfterMs: 2_000, minCheckpointCount: 10, maxCheckpointCount: 100 };

describe('a checkpoint', () => {
  it('is due at a tick once the minimum count is completed', () => {
    const { due } = createCheckpointing(settings, undefined);
    expect(due({ count: 9, place: 8n }, 0, true)).toBeUndefined();
    expect(due({ count: 10, place: 9n }, 1_000, true)).toBe(9n);
  });

  it('is not due between ticks below the maximum count', () => {
    const { due } = createCheckpointing(settings, undefined);
    expect(due({ count: 99, place: 98n }, 10_000, false)).toBeUndefined();
  });

  it('is due at once at the maximum count, and then again only after as many more', () => {
    const { due } = createCheckpointing(settings, undefined);
    expect(due({ count: 100, place: 99n }, 0, false)).toBe(99n);
    expect(due({ count: 199, place: 198n }, 1, false)).toBeUndefined();
    expect(due({ count: 200, place: 199n }, 2, false)).toBe(199n);
  });

  it('waits for its time after the last one', () => {
    const { due } = createCheckpointing(settings, undefined);
    due({ count: 10, place: 9n }, 0, true);
    expect(due({ count: 30, place: 29n }, 1_999, true)).toBeUndefined();
    expect(due({ count: 30, place: 29n }, 2_000, true)).toBe(29n);
  });

  it('is never due by time when the time is 0', () => {
    const { due } = createCheckpointing({ ...settings, checkpointAfterMs: 0 }, undefined);
    expect(due({ count: 99, place: 98n }, 1_000_000, true)).toBeUndefined();
    expect(due({ count: 100, place: 99n }, 1_000_000, true)).toBe(99n);
  });

  it('is not due when nothing new is completed, whatever the counts are', () => {
    const { due } = createCheckpointing({ ...settings, minCheckpointCount: 0, maxCheckpointCount: 0 }, 7n);
    expect(due({ count: 0, place: 7n }, 10_000, true)).toBeUndefined();
  });

  it('is known from the start when one was loaded', () => {
    expect(createCheckpointing(settings, 7n).last()).toBe(7n);
  });
});
