import { afterEach, describe, expect, it } from '@jest/globals';
import { connect } from '../eventstore/connection.ts';
import type { RunningService } from '../eventstore/health.ts';
import { log } from '../tests/fixtures/logger.ts';
import { filling } from '../tests/fixtures/filling.ts';
import { startProxy, type Proxy } from '../tests/fixtures/proxy.ts';
import { givenReadSides } from '../tests/fixtures/readSides.ts';
import { totals, totalsBefore } from '../tests/fixtures/totals.ts';
import { until } from '../tests/fixtures/until.ts';
import type { FillingOptions } from './settings.ts';
import type { SlotStatus } from './status.ts';

const given = givenReadSides();
let proxy: Proxy | undefined;
afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
});

const { request } = given;
const only = { projections: [totals] };
const list = async (): Promise<ReadonlyArray<SlotStatus>> => {
  const [status] = await given.side.administer(only).list();
  if (status === undefined) throw new Error('Expected the status of totals, found none');
  return status.slots;
};
const is = (state: SlotStatus['state']) => until(`totals is ${state}`, async () => (await list())[0]?.state === state);

describe('the list of projections', () => {
  it('tells version, position and state of a live slot, and that nothing is behind', async () => {
    await given.side.start(only);
    const position = await request();
    await given.side.isAt(totals, position);
    await is('live');
    expect(await list()).toEqual([
      {
        slot: 'totals_1',
        role: 'live',
        version: 2,
        position,
        lag: 0,
        rate: expect.any(Number),
        state: 'live',
        error: undefined,
      },
    ]);
    expect((await list())[0]?.rate).toBeGreaterThan(0);
  });

  it('tells how old the oldest event is that nobody has applied', async () => {
    const service = await given.side.start(only);
    await given.side.isAt(totals, await request());
    await service.stop();
    await request();
    const began = performance.now();
    await until('a while has passed', () => performance.now() - began > 100);
    const [slot] = await list();
    expect(slot).toMatchObject({ state: 'not filled', rate: 0 });
    expect(slot?.lag).toBeGreaterThanOrEqual(100);
    expect(slot?.lag).toBeLessThan(30_000);
  });

  it('tells at which event a projection has stopped, and why', async () => {
    const broken = {
      ...totals,
      on: {
        OrderCreateRequested: () => {
          throw new Error('division by zero');
        },
      },
    };
    await given.side.start({ projections: [broken] });
    await request();
    await is('stopped');
    expect((await list())[0]?.error).toMatch(
      /^totals stopped at OrderCreateRequested in orderRequest-.*, position \d+: division by zero$/,
    );
  });

  it('tells which slot was live before', async () => {
    const old = await given.side.start({ projections: [totalsBefore] });
    const position = await request();
    await given.side.isAt(totals, position);
    await old.stop();
    await given.side.administer(only).rebuild('totals');
    await request();
    expect(await list()).toMatchObject([
      { slot: 'totals_2', role: 'live', version: 2, state: 'not filled' },
      { slot: 'totals_1', role: 'previous', version: 1, state: 'kept', position },
    ]);
  });

  it('does without the age while the event store is away', async () => {
    await given.side.start(only);
    await given.side.isAt(totals, await request());
    const away = connect({ url: 'esdb://127.0.0.1:1?tls=false', name: 'away', log });
    const [status] = await given.side.administer({ ...only, eventStore: away }).list();
    expect(status?.slots).toMatchObject([{ slot: 'totals_1', lag: undefined }]);
    await away.close();
  });
});

describe('the list of projections in trouble', () => {
  /** The list says what health says, and health says that something is wrong. */
  const saysSo = (service: RunningService, what: RegExp) =>
    until(`health and list say ${what}`, async () => {
      const [slot] = await list();
      const { ok, detail } = service.health()['totals'] ?? { ok: true, detail: '' };
      return !ok && what.test(detail) && slot?.state === 'waiting' && what.test(slot.error ?? '');
    });
  const epoch = async (): Promise<number> => {
    const [found] = await given.side.database.query<{ epoch: number }>('SELECT epoch FROM projections.slots');
    return found?.epoch ?? 0;
  };
  const startLive = async (options?: FillingOptions): Promise<RunningService> => {
    const service = await given.side.start({ ...only, options });
    await given.side.isAt(totals, await request());
    await is('live');
    return service;
  };

  it('tells of a table that is gone, and how to have it back; nobody tries that without a pause', async () => {
    const service = await startLive({ lease: { duration: 600, retry: 200 } });
    await given.side.database.query('DROP TABLE totals_1.totals');
    const behind = await request();
    await saysSo(
      service,
      /^expected totals_1 with all its tables, .*: rebuild it with `orderflow projections rebuild totals`$/,
    );
    const [began, before] = [performance.now(), await epoch()];
    await until('another attempt was made', async () => (await epoch()) >= before + 3);
    expect(performance.now() - began).toBeGreaterThan(300);
    expect(await given.side.administer(only).rebuild('totals')).toMatchObject({ slot: 'totals_2', swapped: true });
    await given.side.isAt(totals, behind);
    const rows = await given.side.database.query('SELECT position FROM totals_2.totals');
    expect(rows).toContainEqual({ position: String(behind) });
    await until('it is well', () => service.health()['totals']?.ok);
  });

  const whileLocked = (work: () => Promise<unknown>): Promise<unknown> =>
    given.side.database.transaction(async (query) => {
      await query('LOCK TABLE totals_1.totals');
      await request();
      await work();
    });

  it('tells that nothing moves, while a write hangs', async () => {
    const service = await startLive({ stallAfter: 200 });
    await whileLocked(() => saysSo(service, /^has not moved for \d+ s, \d+ s behind/));
    await is('live');
  });

  it('tells of a write that takes too long', async () => {
    const service = await startLive({ statementTimeout: 500 });
    await whileLocked(() => saysSo(service, /^database is away: canceling statement due to statement timeout$/));
    await is('live');
  });

  it('tells of an event store that is away from the beginning, whatever the last one said', async () => {
    await (await startLive()).stop();
    const away = connect({ url: 'esdb://127.0.0.1:1?tls=false', name: 'away', log });
    await saysSo(await given.side.start({ ...only, eventStore: away }), /^event store is away/);
    await away.close();
  });

  it('tells of a version that nobody here knows', async () => {
    await (await startLive()).stop();
    const unknown = /^totals_1 holds version 2 of totals, this code knows 1: start the newer code that filled it$/;
    await saysSo(await given.side.start({ projections: [totalsBefore] }), unknown);
  });
});

describe('a projection whose subscription goes dead without a sign', () => {
  it('turns unhealthy, and gets everything by another one', async () => {
    proxy = await startProxy(given.events.port);
    const eventStore = connect({ url: `esdb://127.0.0.1:${proxy.port}?tls=false`, name: 'proxied', log });
    const feed = { ...filling.feed, catchUp: { ...filling.feed.catchUp, patience: 100, readTimeout: 300 } };
    const service = await given.side.start({ ...only, eventStore, options: { feed } });
    await given.side.isAt(totals, await request());
    proxy.loseAnswers();
    const missed = await request();
    await until('it is unhealthy', () => service.health()['totals']?.ok === false);
    proxy.mend();
    await given.side.isAt(totals, missed);
    await until('it is well', () => service.health()['totals']?.ok);
    await service.stop();
    await eventStore.close();
  });
});
