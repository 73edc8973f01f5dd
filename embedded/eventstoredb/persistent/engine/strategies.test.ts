import { describe, expect, it } from '@jest/globals';
import { bench, consumer, message, type RecordingConsumer } from './testing.ts';
import type { StrategyName } from './strategies.ts';
import type { Message } from './message.ts';

/** Delivers the messages through a group with the strategy to consumers with those slots. */
const deliver = (strategy: StrategyName, slots: readonly number[], messages: readonly Message[]) => {
  const world = bench({ strategy });
  const consumers = slots.map((count) => consumer(count));
  consumers.forEach(world.join);
  const live = (more: readonly Message[]) =>
    world.group.takeLive(more.map((one) => ({ place: one.original.revision, message: one, count: 1 })));
  live(messages);
  return { ...world, consumers, live };
};

const received = (consumers: readonly RecordingConsumer[]) => consumers.map((one) => one.received);
const numbered = (count: number) => Array.from({ length: count }, (_, revision) => message(revision));
const inStreams = (count: number, streams: number, from = 0) =>
  Array.from({ length: count }, (_, offset) =>
    message(from + offset, { stream: `stream-${(from + offset) % streams}` }),
  );

describe('RoundRobin', () => {
  it('goes on to the next consumer after each message', () => {
    expect(received(deliver('RoundRobin', [9, 9], numbered(4)).consumers)).toEqual([
      ['0', '2'],
      ['1', '3'],
    ]);
  });

  it('leaves out a consumer without a free slot', () => {
    expect(received(deliver('RoundRobin', [1, 9], numbered(4)).consumers)).toEqual([['0'], ['1', '2', '3']]);
  });
});

describe('DispatchToSingle', () => {
  it('fills the first consumer before it turns to the next', () => {
    expect(received(deliver('DispatchToSingle', [2, 9], numbered(4)).consumers)).toEqual([
      ['0', '1'],
      ['2', '3'],
    ]);
  });
});

describe('Pinned', () => {
  it('keeps each stream with one consumer, and uses all consumers', () => {
    const { consumers } = deliver('Pinned', [100, 100], inStreams(60, 10));
    const streams = consumers.map(({ messages }) => new Set(messages.map(({ original }) => original.stream)));
    expect(streams.map(({ size }) => size)).toEqual([5, 5]);
    expect(new Set(streams.flatMap((names) => [...names])).size).toBe(10);
  });

  it('lets a stream wait for its consumer while others go on', () => {
    const { consumers, live } = deliver('Pinned', [1, 1], [message(0, { stream: 'a' }), message(1, { stream: 'b' })]);
    const [ofA, ofB] = consumers;
    live([message(2, { stream: 'a' }), message(3, { stream: 'b' })]);
    expect(received(consumers)).toEqual([['0'], ['1']]);
    expect([ofA, ofB].map((one) => one?.messages[0]?.original.stream)).toEqual(['a', 'b']);
  });

  it('delivers a waiting message to its consumer even when others have room', () => {
    const { consumers, live, ack } = deliver('Pinned', [1, 5], [message(0, { stream: 'a' })]);
    live([message(1, { stream: 'a' }), message(2, { stream: 'b' })]);
    expect(received(consumers)).toEqual([['0'], ['2']]);
    ack(0);
    expect(received(consumers)).toEqual([['0', '1'], ['2']]);
  });

  it('gives the streams of a consumer that leaves to those who stay', () => {
    const { consumers, group } = deliver('Pinned', [100, 100], inStreams(20, 10));
    const [leaving, staying] = consumers;
    if (leaving === undefined || staying === undefined) throw new Error('Expected two consumers.');
    group.disconnect(leaving);
    expect(new Set(staying.messages.map(({ original }) => original.stream)).size).toBe(10);
  });

  it('gives a newcomer its share', () => {
    const { join, live } = deliver('Pinned', [1_000], inStreams(300, 300));
    const newcomer = consumer(1_000);
    join(newcomer);
    live(inStreams(300, 300, 300));
    expect(newcomer.messages.length).toBeGreaterThan(100);
    expect(newcomer.messages.length).toBeLessThan(200);
  });
});

describe('PinnedByCorrelation', () => {
  it('keeps each correlation with one consumer, across streams', () => {
    const messages = Array.from({ length: 60 }, (_, revision) =>
      message(revision, { stream: `stream-${revision}`, metadata: { $correlationId: `order-${revision % 10}` } }),
    );
    const { consumers } = deliver('PinnedByCorrelation', [100, 100], messages);
    const correlations = consumers.map((one) => new Set(one.messages.map(({ place }) => Number(place) % 10)));
    expect(correlations.map(({ size }) => size)).toEqual([5, 5]);
  });

  it('falls back to the stream without a correlation', () => {
    const { consumers } = deliver('PinnedByCorrelation', [100, 100], inStreams(60, 10));
    const streams = consumers.map(({ messages }) => new Set(messages.map(({ original }) => original.stream)));
    expect(streams.map(({ size }) => size)).toEqual([5, 5]);
  });
});
