import { describe, expect, it } from '@jest/globals';
import { replayedMessage } from './message.ts';
import { createRetryQueue } from './retryQueue.ts';
import { message, storedEvent } from './testing.ts';

const orderOf = (queue: ReturnType<typeof createRetryQueue>) => {
  const order: bigint[] = [];
  queue.offer(({ original }) => {
    order.push(original.revision);
    return 'sent';
  });
  return order;
};

describe('messages to be tried again', () => {
  it('come by place, however they went in', () => {
    const queue = createRetryQueue();
    [3, 1, 2, 0].map((revision) => message(revision)).forEach(queue.add);
    expect(orderOf(queue)).toEqual([0n, 1n, 2n, 3n]);
  });

  it('come before replayed ones, which keep their order', () => {
    const queue = createRetryQueue();
    for (const revision of [9, 5]) queue.add(replayedMessage(storedEvent(revision), storedEvent(0)));
    queue.add(message(7));
    expect(orderOf(queue)).toEqual([7n, 9n, 5n]);
  });

  it('stay when nobody has room, and those who can go do', () => {
    const queue = createRetryQueue();
    [0, 1, 2].map((revision) => message(revision)).forEach(queue.add);
    const offered = queue.offer(({ original }) => {
      if (original.revision === 2n) return 'full';
      return original.revision === 0n ? 'skipped' : 'sent';
    });
    expect(offered).toBe(false);
    expect(orderOf(queue)).toEqual([0n, 2n]);
  });
});
