import { describe, expect, it } from '@jest/globals';
import { bench, consumer, eventId, message } from './testing.ts';

describe('delivery', () => {
  it('delivers what was there and what comes, in order', () => {
    const { append, join } = bench();
    append(0, 1);
    const one = consumer();
    join(one);
    append(2);
    expect(one.received).toEqual(['0', '1', '2']);
  });

  it('sends no more than the consumer has slots, and the next after an ack', () => {
    const { append, join, ack } = bench();
    append(0, 1, 2);
    const one = consumer(2);
    join(one);
    expect(one.received).toEqual(['0', '1']);
    ack(0);
    expect(one.received).toEqual(['0', '1', '2']);
  });

  it('delivers only what comes after a start at the end', () => {
    const { append, join } = bench({}, { checkpoint: undefined, from: 'end' });
    const one = consumer();
    join(one);
    append(7, 8);
    expect(one.received).toEqual(['7', '8']);
  });

  it('leaves out what lies before a start in the future', () => {
    const { append, join } = bench({}, { checkpoint: undefined, from: 2n });
    const one = consumer();
    join(one);
    append(0, 1, 2, 3);
    expect(one.received).toEqual(['2', '3']);
  });

  it('goes on after the checkpoint', () => {
    const { append, join } = bench({}, { checkpoint: 1n, from: 0n });
    const one = consumer();
    join(one);
    append(0, 1, 2);
    expect(one.received).toEqual(['2']);
  });

  it('reads from the source again when more came than the buffer holds', () => {
    const { append, join, ack, group } = bench({ historyBufferSize: 4, readBatchSize: 2 });
    append(0, 1, 2, 3, 4, 5, 6);
    expect(group.counts()).toMatchObject({ live: false });
    const one = consumer(1);
    join(one);
    for (const revision of [0, 1, 2, 3, 4, 5]) ack(revision);
    expect(one.received).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    expect(group.counts()).toMatchObject({ live: true });
  });

  it('holds the second of two messages with one event id until the first is answered', () => {
    const { group, join, ack } = bench();
    const one = consumer();
    join(one);
    const twins = [message(0), message(1, { id: eventId(0) })];
    group.takeLive(twins.map((twin) => ({ place: twin.original.revision, message: twin, count: 1 })));
    expect(one.received).toEqual(['0']);
    ack(0);
    expect(one.received).toEqual(['0', '1']);
  });

  it('refuses one consumer more than the maximum', () => {
    const { group } = bench({ maxSubscriberCount: 1 });
    expect(group.connect(consumer())).toBe(true);
    expect(group.connect(consumer())).toBe(false);
  });

  it('tells every consumer when the group is dropped', () => {
    const { group, join } = bench();
    const consumers = [consumer(), consumer()];
    consumers.forEach(join);
    group.dropAll();
    expect(consumers.map(({ dropped }) => dropped)).toEqual([true, true]);
  });
});

describe('giving back', () => {
  it('delivers a message again at once, counted, when it is nacked for a retry', () => {
    const { append, join, group } = bench();
    append(0);
    const one = consumer();
    join(one);
    group.nack([eventId(0)], 'retry', 'later');
    group.nack([eventId(0)], 'unknown', '');
    expect(one.received).toEqual(['0', '0x1', '0x2']);
  });

  it('delivers retries before what was never tried, lowest first', () => {
    const { append, join, group } = bench();
    append(0, 1, 2, 3);
    const one = consumer(3);
    join(one);
    const other = consumer(4);
    group.disconnect(one);
    join(other);
    expect(other.received).toEqual(['0x1', '1x1', '2x1', '3']);
  });

  it('parks a message that was tried as often as allowed', () => {
    const { append, join, group, parked } = bench({ maxRetryCount: 2 });
    append(0);
    const one = consumer();
    join(one);
    for (let nack = 0; nack < 3; nack += 1) group.nack([eventId(0)], 'retry', '');
    expect(one.received).toEqual(['0', '0x1', '0x2']);
    expect(parked.map(({ reason }) => reason)).toEqual(['Reached retry count of 2']);
  });

  it('never parks a message because its consumer went away', () => {
    const { append, join, group, parked } = bench({ maxRetryCount: 1 });
    append(0);
    for (let crash = 0; crash < 5; crash += 1) {
      const one = consumer();
      join(one);
      group.disconnect(one);
    }
    const last = consumer();
    join(last);
    expect(last.received).toEqual(['0x5']);
    expect(parked).toEqual([]);
  });

  it('takes a message back from a consumer that keeps it too long', () => {
    const { append, join, advance } = bench({ messageTimeoutMs: 5_000 });
    append(0);
    const one = consumer(1);
    join(one);
    advance(4_999);
    expect(one.received).toEqual(['0']);
    advance(1);
    expect(one.received).toEqual(['0', '0x1']);
  });

  it('ignores an ack for a message that nobody has', () => {
    const { append, join, ack, group } = bench();
    append(0);
    const gone = consumer();
    join(gone);
    group.disconnect(gone);
    ack(0);
    const one = consumer();
    join(one);
    expect(one.received).toEqual(['0x1']);
  });

  it('does not deliver again what is skipped or stopped', () => {
    const { append, join, group } = bench();
    append(0, 1);
    const one = consumer();
    join(one);
    group.nack([eventId(0)], 'skip', '');
    group.nack([eventId(1)], 'stop', '');
    expect(one.received).toEqual(['0', '1']);
    expect(group.counts()).toMatchObject({ outstanding: 0, retrying: 0 });
  });

  it("parks with the consumer's reason and frees the slot", () => {
    const { append, join, group, parked } = bench();
    append(0, 1);
    const one = consumer(1);
    join(one);
    group.nack([eventId(0)], 'park', 'poison');
    expect(parked.map(({ reason }) => reason)).toEqual(["Client explicitly NAK'ed message.\npoison"]);
    expect(one.received).toEqual(['0', '1']);
  });

  it('parks anew at the next tick when the log refused', () => {
    const { append, join, group, parked, advance } = bench();
    append(0);
    join(consumer());
    group.nack([eventId(0)], 'park', 'poison');
    parked.forEach(({ message, reason }) => group.notParked(message, reason));
    advance(1_000);
    expect(parked).toHaveLength(2);
    expect(parked[1]).toEqual(parked[0]);
  });
});
