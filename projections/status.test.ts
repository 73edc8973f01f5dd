import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { pianoRequested } from '../domain/orderRequest/examples.ts';
import { connect } from '../eventstore/connection.ts';
import { log } from '../tests/fixtures/eventStore.ts';
import { filling } from '../tests/fixtures/filling.ts';
import { startProxy, type Proxy } from '../tests/fixtures/proxy.ts';
import { happen, startReadSides, type ReadSide, type ReadSides } from '../tests/fixtures/readSide.ts';
import { totals, totalsBefore } from '../tests/fixtures/totals.ts';
import { until } from '../tests/fixtures/until.ts';
import type { SlotStatus } from './status.ts';

let sides: ReadSides;
beforeAll(async () => {
  sides = await startReadSides();
});
afterAll(() => sides.stop());

let side: ReadSide;
let proxy: Proxy | undefined;
beforeEach(async () => {
  side = await sides.open();
});
afterEach(async () => {
  await side.close();
  await proxy?.close();
  proxy = undefined;
});

const anOrder = () => ({ ...pianoRequested, data: { ...pianoRequested.data, orderId: randomUUID() } });
const request = (): Promise<bigint> => happen(sides.events.store, anOrder());
const only = { projections: [totals] };
const list = async (): Promise<ReadonlyArray<SlotStatus>> => {
  const [status] = await side.administer(only).list();
  if (status === undefined) throw new Error('Expected the status of totals, found none');
  return status.slots;
};
const is = (state: SlotStatus['state']) => until(`totals is ${state}`, async () => (await list())[0]?.state === state);

describe('the list of projections', () => {
  it('tells version, position and state of a live slot, and that nothing is behind', async () => {
    await side.start(only);
    const position = await request();
    await side.isAt(totals, position);
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
    const service = await side.start(only);
    await side.isAt(totals, await request());
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
    await side.start({ projections: [broken] });
    await request();
    await is('stopped');
    expect((await list())[0]?.error).toMatch(
      /^totals stopped at OrderCreateRequested in orderRequest-.*, position \d+: division by zero$/,
    );
  });

  it('tells which slot was live before', async () => {
    const old = await side.start({ projections: [totalsBefore] });
    const position = await request();
    await side.isAt(totals, position);
    await old.stop();
    await side.administer(only).rebuild('totals');
    await request();
    expect(await list()).toMatchObject([
      { slot: 'totals_2', role: 'live', version: 2, state: 'not filled' },
      { slot: 'totals_1', role: 'previous', version: 1, state: 'kept', position },
    ]);
  });

  it('does without the age while the event store is away', async () => {
    await side.start(only);
    await side.isAt(totals, await request());
    const away = connect({ url: 'esdb://127.0.0.1:1?tls=false', name: 'away', log });
    const [status] = await side.administer({ ...only, eventStore: away }).list();
    expect(status?.slots).toMatchObject([{ slot: 'totals_1', lag: undefined }]);
    await away.close();
  });
});

describe('a projection whose subscription goes dead without a sign', () => {
  it('turns unhealthy, and gets everything by another one', async () => {
    proxy = await startProxy(sides.events.port);
    const eventStore = connect({ url: `esdb://127.0.0.1:${proxy.port}?tls=false`, name: 'proxied', log });
    const feed = { ...filling.feed, catchUp: { ...filling.feed.catchUp, patience: 100, readTimeout: 300 } };
    const service = await side.start({ ...only, eventStore, options: { feed } });
    await side.isAt(totals, await request());
    proxy.loseAnswers();
    const missed = await request();
    await until('it is unhealthy', () => service.health()['totals']?.ok === false);
    proxy.mend();
    await side.isAt(totals, missed);
    await until('it is well', () => service.health()['totals']?.ok);
    await service.stop();
    await eventStore.close();
  });
});
