import { describe, expect, it } from '@jest/globals';
import { bench, consumer, eventId } from './testing.ts';

describe('checkpoints', () => {
  const written = { minCheckpointCount: 1, checkpointAfterMs: 1_000 };

  it('writes the last completed place at a tick', () => {
    const { append, join, ack, advance, checkpoints } = bench(written);
    append(0, 1);
    join(consumer());
    ack(0, 1);
    expect(checkpoints).toEqual([]);
    advance(1_000);
    expect(checkpoints).toEqual([1n]);
  });

  it('stays below the lowest message that is out', () => {
    const { append, join, ack, advance, checkpoints } = bench(written);
    append(0, 1, 2);
    join(consumer());
    ack(0, 2);
    advance(1_000);
    expect(checkpoints).toEqual([0n]);
  });

  it('stays below a message that waits to be tried again', () => {
    const { append, join, ack, group, advance, checkpoints } = bench(written);
    append(0, 1, 2);
    const one = consumer();
    join(one);
    ack(0, 2);
    group.disconnect(one);
    advance(1_000);
    expect(checkpoints).toEqual([0n]);
  });

  it('stays below a message whose parking is not durable yet', () => {
    const { append, join, ack, group, advance, checkpoints, parked } = bench(written);
    append(0, 1);
    join(consumer());
    ack(0);
    group.nack([eventId(1)], 'park', '');
    advance(1_000);
    expect(checkpoints).toEqual([0n]);
    parked.forEach(({ message }) => group.parked(message));
    advance(1_000);
    expect(checkpoints).toEqual([0n, 1n]);
  });

  it('waits for the minimum count and for its time', () => {
    const { append, join, ack, advance, checkpoints } = bench({ minCheckpointCount: 2, checkpointAfterMs: 3_000 });
    append(0, 1, 2, 3);
    join(consumer());
    ack(0);
    advance(10_000);
    expect(checkpoints).toEqual([]);
    ack(1);
    advance(1_000);
    expect(checkpoints).toEqual([1n]);
    ack(2, 3);
    advance(2_999);
    expect(checkpoints).toEqual([1n]);
    advance(1);
    expect(checkpoints).toEqual([1n, 3n]);
  });

  it('is written at once when the maximum count is reached', () => {
    const { append, join, ack, checkpoints } = bench({ maxCheckpointCount: 2 });
    append(0, 1);
    join(consumer());
    ack(0);
    ack(1);
    expect(checkpoints).toEqual([1n]);
  });

  it('moves on with events that are not for the group', () => {
    const { group, append, join, ack, advance, checkpoints } = bench(written);
    append(0);
    join(consumer());
    group.takeLive([{ place: 1n, message: undefined, count: 1 }]);
    advance(1_000);
    expect(checkpoints).toEqual([]);
    ack(0);
    advance(1_000);
    expect(checkpoints).toEqual([1n]);
  });
});
