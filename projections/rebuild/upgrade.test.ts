import { describe, expect, it } from '@jest/globals';
import type { RunningService } from '../../eventstore/health.ts';
import { givenReadSides } from '../../tests/fixtures/readSides.ts';
import { selectTotals, totals, totalsBefore } from '../../tests/fixtures/totals.ts';
import { until } from '../../tests/fixtures/until.ts';
import { createLiveQuery } from '../liveQuery.ts';
import type { Projection } from '../projection.ts';
import { findSlots } from '../slots.ts';

const given = givenReadSides();

const { request } = given;
const startWith = (projection: Projection): Promise<RunningService> => given.side.start({ projections: [projection] });

/** A database that was filled by the code of version 1; answers with the position it shows. */
const filledBefore = async (): Promise<bigint> => {
  const service = await startWith(totalsBefore);
  const position = await request();
  await given.side.isAt(totalsBefore, position);
  await service.stop();
  return position;
};
const isUpgraded = () =>
  until('version 2 is live', async () => (await findSlots(given.side.database.query, 'totals'))?.live.version === 2);
const shown = (projection: Projection = totals) =>
  createLiveQuery(given.side.database)<{ currency: string }>(projection, selectTotals, []);
const upgradeCheck = (service: RunningService) => service.health()['totals version 2'];

/** Version 2 with a fault: the first event that it cannot apply is the one at `position`. */
const failingAt = (position: bigint): Projection => ({
  ...totals,
  on: {
    OrderCreateRequested: (event) => {
      if (event.position === position) throw new Error('division by zero');
      return totals.on.OrderCreateRequested?.(event) ?? [];
    },
  },
});

describe('a new version of a projection', () => {
  it('takes the place of the old one once it has caught up, whichever of several instances starts first', async () => {
    const before = await filledBefore();
    expect((await shown()).found.at(-1)?.currency).toBe('unknown');
    const services = await Promise.all([startWith(totals), startWith(totals), startWith(totals)]);
    await isUpgraded();
    expect(await given.side.slots(totals)).toEqual({
      live: { name: 'totals_2', version: 2 },
      next: undefined,
      previous: { name: 'totals_1', version: 1 },
    });
    expect(await given.side.positionOf('totals_1')).toBe(before);
    const next = await request();
    await given.side.isAt(totals, next);
    expect((await shown()).found.every(({ currency }) => currency === 'EUR')).toBe(true);
    await until('nobody has anything left to do', () =>
      services.every((service) => upgradeCheck(service) === undefined),
    );
    expect((await given.side.slots(totals)).live.name).toBe('totals_2');
  });

  it('is found by queries that were asked before it', async () => {
    await filledBefore();
    const query = createLiveQuery(given.side.database);
    const currencies = async () =>
      (await query<{ currency: string }>(totals, selectTotals, [])).found.map(({ currency }) => currency);
    expect(new Set(await currencies())).toEqual(new Set(['unknown']));
    await startWith(totals);
    await until('version 2 is shown', async () => (await currencies()).includes('EUR'));
    expect(new Set(await currencies())).toEqual(new Set(['EUR']));
  });

  it('that cannot be made leaves the old one at work, and says why', async () => {
    const bad = await filledBefore();
    const service = await startWith(failingAt(bad));
    const why = new RegExp(
      `^totals stopped at OrderCreateRequested in orderRequest-.*, position ${bad}: division by zero$`,
    );
    await until('it has stopped', () => why.test(upgradeCheck(service)?.detail ?? ''));
    expect(upgradeCheck(service)?.ok).toBe(false);
    await given.side.isAt(totals, await request());
    expect(service.health()['totals']?.ok).toBe(true);
    expect((await given.side.slots(totals)).live).toEqual({ name: 'totals_1', version: 1 });
  });

  it('is made although the old definition is gone; until then nothing can be read', async () => {
    const before = await filledBefore();
    const alone: Projection = { ...totals, previous: undefined };
    await expect(shown(alone)).rejects.toThrow('totals_1 holds version 1 of totals, this code reads 2');
    await startWith(alone);
    await isUpgraded();
    await given.side.isAt(alone, await request());
    expect(await given.side.positionOf('totals_1')).toBe(before);
    expect((await shown(alone)).found.length).toBeGreaterThan(0);
  });

  it('is made on a database that was set up before there was any of this', async () => {
    await filledBefore();
    await given.side.database.query('DROP TABLE projections.beside, projections.reports');
    await startWith(totals);
    await isUpgraded();
  });

  it('is not made by older code, which says what to do', async () => {
    await startWith(totals);
    await given.side.isAt(totals, await request());
    const older = await startWith(totalsBefore);
    const why = 'totals_1 holds version 2 of totals, this code knows 1: start the newer code that filled it';
    await until('it says so', () => older.health()['totals']?.detail === why);
    expect(older.health()['totals']?.ok).toBe(false);
    await expect(shown(totalsBefore)).rejects.toThrow('totals_1 holds version 2 of totals, this code reads 1');
  });
});

describe('a slot that nobody needs any more', () => {
  it('is dropped by whoever starts, also when there is nothing else to do', async () => {
    await filledBefore();
    await given.side.administer({ projections: [totalsBefore] }).rebuild('totals');
    // As when a process ends after a swap, before it has dropped what was to be dropped.
    await given.side.database.query('UPDATE projections.beside SET previous = NULL');
    await startWith(totalsBefore);
    await until('it is dropped', async () => (await given.side.positionOf('totals_1')) === undefined);
  });
});

describe('a version that somebody has rolled back from', () => {
  /** Nobody runs, and version 1 is live again. */
  const rolledBack = async () => {
    await filledBefore();
    const running = await startWith(totals);
    await isUpgraded();
    await running.stop();
    const administration = given.side.administer({ projections: [totals] });
    await administration.rollback('totals');
    return administration;
  };

  it('is left alone by those who run, and by those who start', async () => {
    await filledBefore();
    const running = await startWith(totals);
    await isUpgraded();
    await given.side.administer({ projections: [totals] }).rollback('totals');
    await given.side.isAt(totals, await request());
    const started = await startWith(totals);
    await until('it stands by', () => /^standing by/.test(started.health()['totals']?.detail ?? ''));
    await running.stop();
    await given.side.isAt(totals, await request());
    expect(await given.side.slots(totals)).toMatchObject({ live: { version: 1 }, previous: { version: 2 } });
    expect(upgradeCheck(started)).toBeUndefined();
  });

  it('is not made again once its slot is dropped; a later version is', async () => {
    const administration = await rolledBack();
    expect(await administration.dropPrevious('totals')).toBe('totals_2');
    const restarted = await startWith(totals);
    await given.side.isAt(totals, await request());
    await restarted.stop();
    expect(await given.side.slots(totals)).toEqual({ live: { name: 'totals_1', version: 1 }, refused: 2 });
    await startWith({ ...totals, version: 3 });
    await until('version 3 is live', async () => (await given.side.slots(totals)).live.version === 3);
    expect((await given.side.slots(totals)).refused).toBeUndefined();
  });

  it('is not made again where that was done before there was any record of it', async () => {
    const administration = await rolledBack();
    await given.side.database.query('DROP TABLE projections.rolled_back, projections.definitions');
    expect(await administration.dropPrevious('totals')).toBe('totals_2');
    expect(await given.side.slots(totals)).toEqual({ live: { name: 'totals_1', version: 1 }, refused: 2 });
  });

  it('is live again after a rebuild, which tells what has changed', async () => {
    await filledBefore();
    await startWith(totals);
    await isUpgraded();
    const administration = given.side.administer({ projections: [totals] });
    await administration.rollback('totals');
    const { swapped, comparison } = await administration.rebuild('totals');
    expect(swapped).toBe(true);
    expect((await given.side.slots(totals)).refused).toBeUndefined();
    expect(comparison).toMatchObject({
      live: { version: 1 },
      fresh: { version: 2 },
      equal: false,
      tables: [
        {
          table: 'totals',
          columns: { added: ['currency'], removed: [], retyped: [] },
          differing: { onlyLive: 0, onlyFresh: 0, different: 0 },
        },
      ],
    });
  });
});
