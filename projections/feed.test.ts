import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultCatchUp } from '../eventstore/catchUp.ts';
import type { EventStore } from '../eventstore/connection.ts';
import { startTestStore, type TestStore } from '../tests/fixtures/eventStore.ts';
import { appendForeign } from '../tests/fixtures/foreign.ts';
import { until } from '../tests/fixtures/until.ts';
import { createFeed, type Feed } from './feed.ts';

let test: TestStore;
beforeAll(async () => {
  test = await startTestStore();
});
afterAll(() => test.stop());

const settings = { catchUp: defaultCatchUp, gathering: 50, grace: 100 };

/** A feed, and how many subscriptions it has made: each begins by asking for the client. */
const countingFeed = () => {
  let subscriptions = 0;
  const store: EventStore = { ...test.store, run: (operation) => ((subscriptions += 1), test.store.run(operation)) };
  return { feed: createFeed(store, settings), subscriptions: () => subscriptions };
};

const read = (feed: Feed, after: bigint, work: () => Promise<void> = () => Promise.resolve()) => {
  const stopping = new AbortController();
  const positions: bigint[] = [];
  let live = false;
  const reading = (async () => {
    for await (const batch of feed.follow(after, stopping.signal)) {
      await work();
      positions.push(...batch.events.map(({ position }) => position));
      live = batch.live;
    }
  })();
  return {
    positions,
    isLive: () => until('the reader is live', () => live),
    isAt: (position: bigint) => until(`the reader is at ${position}`, () => positions.at(-1) === position),
    stop: async () => {
      stopping.abort();
      await reading;
    },
  };
};

const append = async (count: number): Promise<bigint[]> => {
  const positions: bigint[] = [];
  for (let n = 0; n < count; n += 1) positions.push(await appendForeign(test.store));
  return positions;
};

describe('readers of one feed', () => {
  it('share a subscription when they begin at the same place', async () => {
    const [start = 0n, ...written] = await append(5);
    const { feed, subscriptions } = countingFeed();
    const readers = [read(feed, start), read(feed, start), read(feed, start)];
    for (const reader of readers) {
      await reader.isLive();
      expect(reader.positions).toEqual(written);
    }
    expect(subscriptions()).toBe(1);
    await Promise.all(readers.map((reader) => reader.stop()));
  });

  it('get each event once and in order wherever they begin, and share once all have caught up', async () => {
    const written = await append(6);
    const { feed, subscriptions } = countingFeed();
    const [a = 0n, b = 0n] = [written[0], written[3]];
    const readers = [read(feed, a), read(feed, b)];
    for (const reader of readers) await reader.isLive();
    const [next = 0n] = await append(1);
    for (const reader of readers) await reader.isAt(next);
    expect(readers.map(({ positions }) => positions)).toEqual([
      [...written.slice(1), next],
      [...written.slice(4), next],
    ]);
    const before = subscriptions();
    const later = await append(3);
    for (const reader of readers) await reader.isAt(later[2] ?? 0n);
    expect(subscriptions()).toBe(before);
    await Promise.all(readers.map((reader) => reader.stop()));
  });

  it('are told that they are live although they joined after everybody else was', async () => {
    const [start = 0n] = await append(1);
    const { feed } = countingFeed();
    const first = read(feed, start);
    await first.isLive();
    const second = read(feed, start);
    await second.isLive();
    await first.stop();
    await second.stop();
  });

  it('are not held up by one that is stuck, which gets everything when it goes on', async () => {
    const [start = 0n] = await append(1);
    const { feed } = countingFeed();
    let goOn = (): void => undefined;
    const stuck = new Promise<void>((resolve) => (goOn = resolve));
    const slow = read(feed, start, () => stuck);
    const quick = read(feed, start);
    await quick.isLive();
    const written = await append(3);
    await quick.isAt(written[2] ?? 0n);
    expect(slow.positions).toEqual([]);
    goOn();
    await slow.isAt(written[2] ?? 0n);
    expect(slow.positions).toEqual(written);
    expect(quick.positions).toEqual(written);
    await Promise.all([slow.stop(), quick.stop()]);
  });

  it('go on when another one leaves', async () => {
    const [start = 0n] = await append(1);
    const { feed } = countingFeed();
    const [leaver, stayer] = [read(feed, start), read(feed, start)];
    await leaver.isLive();
    await leaver.stop();
    const [next = 0n] = await append(1);
    await stayer.isAt(next);
    await stayer.stop();
  });
});
