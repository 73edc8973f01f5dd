import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../domain/events.ts';
import { log } from '../tests/fixtures/logger.ts';
import { createImaginedLog } from '../tests/fixtures/imaginedLog.ts';
import { until } from '../tests/fixtures/until.ts';
import { createHistory } from './history.ts';
import type { Shown } from './liveQuery.ts';
import type { FoundEvent } from './readModels/timelines.ts';
import { createWatchers } from './watchers.ts';

const orderId = randomUUID();
const imagined = createImaginedLog();
const [first, second, third, fourth] = (['requested', 'pending', 'paid', 'letter'] as const).map((step) =>
  imagined.ofOrder(step, orderId, 'alice'),
);
if (first === undefined || second === undefined || third === undefined || fourth === undefined)
  throw new Error('expected four events');

const never = () => new AbortController().signal;
const found = (event: RecordedEvent): FoundEvent => ({
  correlationId: orderId,
  userId: 'alice',
  position: event.position,
  read: () => event,
});

/** Watchers whose questions are answered by hand. */
const startWatchers = () => {
  const looks: Shown<ReadonlyArray<FoundEvent>>[] = [];
  const pages: Array<(page: Shown<ReadonlyArray<RecordedEvent>>) => void> = [];
  const history = createHistory({
    eventsOf: () => new Promise((resolve) => pages.push(resolve)),
    page: 10,
    backoff: { first: 1, most: 1 },
    log,
  });
  const watchers = createWatchers({
    eventsAfter: () => Promise.resolve(looks.shift() ?? { position: -1n, found: [] }),
    history,
    look: () => undefined,
    capacity: 10,
    page: 10,
  });
  return {
    ...watchers,
    /** A look finds these events, in a slot that stands at the last of them. */
    look: (position: bigint, ...events: ReadonlyArray<RecordedEvent>) => {
      looks.push({ position, found: events.map(found) });
      return watchers.look();
    },
    /** The next one who reads the past gets these events, from a slot that stands there. */
    answer: async (position: bigint, ...events: ReadonlyArray<RecordedEvent>) =>
      (await until('the past is read', () => pages.shift()))({ position, found: events }),
  };
};

const take = async (following: AsyncGenerator<RecordedEvent, void>, count: number) => {
  const taken: string[] = [];
  while (taken.length < count) {
    const { value } = await following.next();
    taken.push(value?.id ?? 'ended');
  }
  return taken;
};

describe('whoever begins to follow', () => {
  it('misses nothing when the past is read from a slot that stands behind what others were given', async () => {
    const { follow, look, answer } = startWatchers();
    const early = take(follow({ kind: 'order', orderId }, -1n, never()), 4);
    await look(200n);
    await answer(200n, first, second);
    await look(300n, third);

    const late = take(follow({ kind: 'order', orderId }, -1n, never()), 4);
    await answer(200n, first, second);
    await look(400n, fourth);
    await answer(400n, third, fourth);

    const all = [first, second, third, fourth].map(({ id }) => id);
    expect(await early).toEqual(all);
    expect(await late).toEqual(all);
  });

  it('is given what is new from the first look on, and reads the past only then', async () => {
    const { follow, look, answer } = startWatchers();
    const following = take(follow({ kind: 'user', userId: 'alice' }, 100n, never()), 2);
    await look(200n);
    await answer(200n, second);
    await look(300n, third);
    expect(await following).toEqual([second.id, third.id]);
  });
});
