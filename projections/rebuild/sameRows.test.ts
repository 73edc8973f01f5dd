import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DomainEvent } from '../../domain/events.ts';
import { anyEvent } from '../../tests/fixtures/anyEvent.ts';
import { happen, startReadSides, type ReadSide, type ReadSides } from '../../tests/fixtures/readSide.ts';
import type { Projection } from '../projection.ts';
import { registry } from '../registry.ts';
import type { Rebuilt } from './rebuild.ts';

let sides: ReadSides;
beforeAll(async () => {
  sides = await startReadSides();
});
afterAll(() => sides.stop());

let side: ReadSide;

/** Decisions to skip change what comes behind them, and are tested elsewhere. */
const anyHistory = fc.array(
  anyEvent.filter(({ type }) => type !== 'EventSkipped'),
  { minLength: 5, maxLength: 25 },
);
/** After how many steps each run is interrupted, before the one that is not. */
const interruptions = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 });

/** A read side whose live slots were filled while the events happened. */
const live = async (history: ReadonlyArray<DomainEvent>, projection: Projection): Promise<ReadonlyArray<unknown>> => {
  side = await sides.open();
  await side.start();
  let position = -1n;
  for (const event of history) position = await happen(sides.events.store, event);
  await side.isAt(projection, position);
  return side.rowsOf(projection, `${projection.name}_1`);
};

/** The one way in which rows may come to be: the live ones, row by row. */
const expectSame = async (
  rows: ReadonlyArray<unknown>,
  projection: Projection,
  { slot, swapped, comparison }: Rebuilt,
) => {
  expect(comparison?.tables.map(({ differing }) => differing)).toEqual(
    projection.tables.map(() => ({ onlyLive: 0, onlyFresh: 0, different: 0 })),
  );
  expect(swapped).toBe(true);
  expect(await side.rowsOf(projection, slot)).toEqual(rows);
};

/** Has the lease on a slot run out: somebody else may take it, while its holder knows nothing. */
const expire = `UPDATE projections.slots SET lease_until = '-infinity' WHERE slot = $1`;

/** Runs a rebuild that is stopped after so many steps forwards; answers with whether it was. */
const interrupted = async (projection: Projection, steps: number): Promise<boolean> => {
  const stopping = new AbortController();
  let taken = 0;
  const onProgress = (): void => {
    taken += 1;
    if (taken === steps) stopping.abort();
  };
  const rebuilding = side.administer().rebuild(projection.name, { dryRun: true, onProgress, signal: stopping.signal });
  return rebuilding.then(
    () => false,
    (error: unknown) => {
      if (error !== stopping.signal.reason) throw error;
      return true;
    },
  );
};

/** Each projection in turn, on a history of its own. */
const check = async (property: (history: DomainEvent[], projection: Projection, at: number[]) => Promise<void>) => {
  for (const projection of registry)
    await fc.assert(
      fc.asyncProperty(anyHistory, interruptions, async (history, at) => {
        await property(history, projection, at).finally(() => side.close());
      }),
      { numRuns: 1, endOnFailure: true },
    );
};

describe('for any history, the rows that came to be while it happened are those of', () => {
  it('a rebuild from the first event', async () => {
    await check(async (history, projection) => {
      const rows = await live(history, projection);
      await expectSame(rows, projection, await side.administer().rebuild(projection.name));
    });
  });

  it('a rebuild that is interrupted anywhere and goes on', async () => {
    await check(async (history, projection, at) => {
      const rows = await live(history, projection);
      for (const steps of at) await interrupted(projection, steps);
      await expectSame(rows, projection, await side.administer().rebuild(projection.name));
    });
  });

  it('two instances that race, and take the work from each other', async () => {
    await check(async (history, projection) => {
      const rows = await live(history, projection);
      const thefts: Promise<unknown>[] = [];
      // Not for ever: two who never let each other finish do not.
      const steal = (): void => {
        if (thefts.length < 12) thefts.push(side.database.query(expire, [`${projection.name}_2`]));
      };
      const race = () => side.administer().rebuild(projection.name, { onProgress: steal });
      const results = await Promise.all([race(), race()]);
      await Promise.all(thefts);
      // Whoever begins when the other one is done makes a slot of their own.
      for (const { slot } of results) expect(await side.rowsOf(projection, slot)).toEqual(rows);
    });
  });
});
