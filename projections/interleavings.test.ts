import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import fc, { type Scheduler } from 'fast-check';
import type { RecordedEvent } from '../domain/events.ts';
import { createImaginedLog } from '../tests/fixtures/imaginedLog.ts';
import { log } from '../tests/fixtures/logger.ts';
import { until } from '../tests/fixtures/until.ts';
import { createHistory } from './history.ts';
import { createLookout, type Lookout, type Sight } from './lookout.ts';
import type { FindSettled } from './settled.ts';
import { createSettlements } from './settlements.ts';
import type { FoundEvent } from './readModels/timelines.ts';
import { createWatchers, type Watchers } from './watchers.ts';

const [userId, orderId] = ['alice', randomUUID()];
const events: ReadonlyArray<RecordedEvent> = (() => {
  const imagined = createImaginedLog();
  const first = imagined.ofOrder('requested', orderId, userId);
  return [first, ...Array.from({ length: 60 }, () => imagined.ofOrder('redriven', orderId, userId))];
})();

/**
 * A read model in memory, of which every question is asked, and answered, whenever the scheduler says. Slots are how far
 * they show `events`: no more is known of them.
 */
const createModel = (scheduler: Scheduler) => {
  let shown = 0;
  const now = <A>(read: () => A): Promise<A> =>
    scheduler
      .schedule(Promise.resolve(), 'asks')
      .then(read)
      .then((found) => scheduler.schedule(Promise.resolve(found), 'answers'));
  const position = (): bigint => events[shown - 1]?.position ?? -1n;
  const visible = (after: bigint): ReadonlyArray<RecordedEvent> =>
    events.slice(0, shown).filter((event) => event.position > after);
  return {
    position,
    /** What stands in the live slot after a position, as it is when the database looks. */
    ask: <A>(after: bigint | undefined, answer: (found: ReadonlyArray<RecordedEvent>) => A) =>
      now(() => ({ position: position(), found: answer(after === undefined ? [] : visible(after)) })),
    commit: (count: number) => {
      shown = Math.min(events.length, shown + count);
    },
    swap: (behind: number) => {
      shown = Math.max(0, shown - behind);
    },
  };
};
type Model = ReturnType<typeof createModel>;

/** What happens to the read model, and what the lookout is told of it sooner or later. */
type Happening = { readonly commit: number } | { readonly swapBehind: number } | { readonly somebodyComes: number };

const happenings: fc.Arbitrary<ReadonlyArray<Happening>> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ commit: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 2, arbitrary: fc.record({ swapBehind: fc.nat({ max: 4 }) }) },
    { weight: 3, arbitrary: fc.record({ somebodyComes: fc.nat({ max: 12 }) }) },
  ),
  { minLength: 3, maxLength: 15 },
);

const settle = async (scheduler: Scheduler): Promise<void> => {
  do {
    await scheduler.waitAll();
    await setImmediate();
  } while (scheduler.count() > 0);
};

/** Lets everything happen in the scheduler's order; then shows all there is. */
const play = async (
  scheduler: Scheduler,
  model: Model,
  lookout: Lookout,
  script: ReadonlyArray<Happening>,
  come: (n: number) => void,
): Promise<void> => {
  const tell = (notice: () => void): void => void scheduler.schedule(Promise.resolve(), 'notice').then(notice);
  const commit = (count: number): void => {
    model.commit(count);
    const position = model.position();
    tell(() => lookout.notice(position));
  };
  scheduler.scheduleSequence(
    script.map((happening) => async () => {
      if ('commit' in happening) commit(happening.commit);
      else if ('swapBehind' in happening) {
        model.swap(happening.swapBehind);
        tell(() => lookout.notice());
      } else come(happening.somebodyComes);
      return Promise.resolve();
    }),
  );
  await settle(scheduler);
  commit(events.length);
  await settle(scheduler);
};

const lookoutOver = (sight: Sight): Lookout =>
  createLookout({ projection: 'imagined', sight, log, backoff: { first: 1, most: 1 } });

const inSight = (event: RecordedEvent): FoundEvent => ({
  correlationId: orderId,
  userId,
  position: event.position,
  read: () => event,
});

const startReader = ({ follow }: Watchers, after: bigint) => {
  const leaving = new AbortController();
  const seen: RecordedEvent[] = [];
  const read = async (): Promise<void> => {
    for await (const event of follow({ kind: 'order', orderId }, after, leaving.signal)) seen.push(event);
  };
  const reading = read();
  return {
    after,
    seen,
    leave: () => {
      leaving.abort();
      return reading;
    },
  };
};
type Reader = ReturnType<typeof startReader>;

describe('in whatever order questions, answers, commits, swaps and notices come', () => {
  it('whoever follows gets every event once and in log order', async () => {
    const property = fc.asyncProperty(fc.scheduler(), happenings, async (scheduler, script) => {
      const model = createModel(scheduler);
      const history = createHistory({
        eventsOf: (_, after, limit) => model.ask(after, (some) => some.slice(0, limit)),
        page: 4,
        backoff: { first: 1, most: 1 },
        log,
      });
      const watchers = createWatchers({
        eventsAfter: (after, limit) => model.ask(after, (some) => some.slice(0, limit).map(inSight)),
        history,
        look: () => lookout.look(),
        capacity: 6,
        page: 4,
      });
      const lookout = lookoutOver(watchers);
      const readers: Reader[] = [];
      await play(scheduler, model, lookout, script, (n) => {
        readers.push(startReader(watchers, events[n]?.position ?? -1n));
      });
      for (const { after, seen, leave } of readers) {
        const expected = events.filter(({ position }) => position > after);
        await until('everything was read', async () => {
          await settle(scheduler);
          return seen.length >= expected.length;
        });
        await leave();
        expect(seen).toEqual(expected);
      }
      await lookout.close();
    });
    await fc.assert(property, { numRuns: 150 });
  });

  it('whoever waits is told', async () => {
    const ids = events.map(() => randomUUID());
    const settledOf = (some: ReadonlyArray<RecordedEvent>) =>
      some.map((event) => {
        const id = ids[events.indexOf(event)] ?? '';
        return { id, at: event.position, view: id };
      });
    const property = fc.asyncProperty(fc.scheduler(), happenings, async (scheduler, script) => {
      const model = createModel(scheduler);
      const find: FindSettled<string> = ({ after, most, ids: asked }) =>
        model.ask(-1n, (some) => ({
          newly: settledOf(after === undefined ? [] : some.filter(({ position }) => position > after)).slice(0, most),
          ofIds: settledOf(some).filter(({ id }) => asked.includes(id)),
        }));
      const settlements = createSettlements(find, () => lookout.look());
      const lookout = lookoutOver(settlements);
      const told: string[] = [];
      const waiting: string[] = [];
      await play(scheduler, model, lookout, script, (n) => {
        const id = ids[n] ?? '';
        waiting.push(id);
        void settlements.settled(id, new AbortController().signal).then((shown) => told.push(shown?.found ?? ''));
      });
      await lookout.close();
      expect(told.sort()).toEqual(waiting.sort());
    });
    await fc.assert(property, { numRuns: 150 });
  });
});
