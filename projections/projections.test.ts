import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defaultCatchUp } from '../eventstore/catchUp.ts';
import { connect, type EventStore } from '../eventstore/connection.ts';
import type { RunningService } from '../eventstore/health.ts';
import { newDatabase, portOf, through } from '../tests/fixtures/database.ts';
import { appendForeign } from '../tests/fixtures/foreign.ts';
import { put, someOrder, startTestStore, write, type TestStore } from '../tests/fixtures/eventStore.ts';
import { log } from '../tests/fixtures/logger.ts';
import { startProxy, type Proxy } from '../tests/fixtures/proxy.ts';
import { until } from '../tests/fixtures/until.ts';
import { start } from './projections.ts';
import { createReadModel, type ReadModel } from './readModel.ts';
import { depositQueries } from './readModels/deposits.ts';
import { orderQueries } from './readModels/orders.ts';
import { walletQueries } from './readModels/wallets.ts';

let events: TestStore;
beforeAll(async () => {
  [events] = await Promise.all([startTestStore()]);
});
afterAll(() => Promise.all([events.stop()]));

const lease = { duration: 900, retry: 100 };
const feed = { catchUp: { ...defaultCatchUp, backoff: { first: 20, most: 100 } }, gathering: 20, grace: 500 };

describe('the read side', () => {
  let databaseUrl: string;
  let readModel: ReadModel;
  const cleanUps: Array<() => Promise<unknown>> = [];
  const cleanUp = <A>(resource: A, end: () => Promise<unknown>): A => {
    cleanUps.unshift(end);
    return resource;
  };

  beforeEach(async () => {
    databaseUrl = await newDatabase();
    readModel = createReadModel({ databaseUrl, log });
    cleanUp(readModel, readModel.close);
  });
  afterEach(async () => {
    for (const end of cleanUps.splice(0)) await end();
  });

  const startService = async (url = databaseUrl, eventStore: EventStore = events.store): Promise<RunningService> => {
    const service = await start({ eventStore, databaseUrl: url, log, lease, feed, statementTimeout: 1_000 });
    return cleanUp(service, service.stop);
  };
  const proxyTo = async (port: number): Promise<Proxy> => {
    const proxy = await startProxy(port);
    return cleanUp(proxy, proxy.close);
  };

  const requestOrder = async (): Promise<string> => {
    const order = someOrder();
    await put(events.store, { type: 'OrderCreateRequested', data: order });
    return order.orderId;
  };
  const isShown = (orderId: string) =>
    until(
      `order ${orderId} is shown`,
      async () => (await orderQueries(readModel.query).orderById(orderId)).found !== undefined,
    );
  const allOk = ({ health }: RunningService): boolean => Object.values(health()).every(({ ok }) => ok);
  const says = (service: RunningService, what: RegExp) =>
    until(`every projection says ${what}`, () =>
      Object.values(service.health()).every(({ detail }) => what.test(detail)),
    );

  it('shows an order from its request on, and says how far it is', async () => {
    const service = await startService();
    await says(service, /^live, at position/);
    const orderId = await requestOrder();
    await isShown(orderId);
    const { position } = await orderQueries(readModel.query).orderById(orderId);
    expect(service.health()['orders']).toEqual({ ok: true, detail: `live, at position ${position}` });
  });

  it('goes on after a restart, with what came meanwhile', async () => {
    const first = await startService();
    const before = await requestOrder();
    await says(first, /^live/);
    await isShown(before);
    await first.stop();
    const meanwhile = await requestOrder();
    await startService();
    await isShown(meanwhile);
  });

  it('moves the position past events of other applications', async () => {
    const service = await startService();
    await says(service, /^live/);
    const position = await appendForeign(events.store);
    await until(
      'the position is reached',
      async () => (await walletQueries(readModel.query).walletOf('x', 'EUR')).position === position,
    );
  });

  it('stands by while another instance works, and takes over when that one stops', async () => {
    const first = await startService();
    await says(first, /^live/);
    const second = await startService();
    await says(second, /^standing by/);
    await first.stop();
    await isShown(await requestOrder());
    await says(second, /^live/);
  });

  it('takes over from an instance that lost its database, which stands by when it is back', async () => {
    const proxy = await proxyTo(portOf(databaseUrl));
    const first = await startService(through(databaseUrl, proxy));
    await says(first, /^live/);
    const second = await startService();
    proxy.cut();
    await says(second, /^live/);
    expect(allOk(first)).toBe(false);
    await isShown(await requestOrder());
    proxy.mend();
    await says(first, /^standing by/);
  });

  it('waits for a database that is away, unhealthy meanwhile, and goes on', async () => {
    const proxy = await proxyTo(portOf(databaseUrl));
    const service = await startService(through(databaseUrl, proxy));
    await says(service, /^live/);
    proxy.cut();
    await says(service, /^database is away/);
    expect(allOk(service)).toBe(false);
    const orderId = await requestOrder();
    proxy.mend();
    await isShown(orderId);
    await says(service, /^live/);
  });

  it('waits for an event store that is away, unhealthy meanwhile, and goes on', async () => {
    const proxy = await proxyTo(events.port);
    const store = connect({ url: `esdb://127.0.0.1:${proxy.port}?tls=false`, name: 'proxied', log });
    cleanUp(store, store.close);
    const service = await startService(databaseUrl, store);
    await says(service, /^live/);
    proxy.cut();
    await until('it is unhealthy', () => !allOk(service));
    const orderId = await requestOrder();
    proxy.mend();
    await isShown(orderId);
    await says(service, /^live/);
  });

  it('stops only the projections that need an event newer than this code', async () => {
    const service = await startService();
    await says(service, /^live/);
    const order = someOrder();
    const newer = { type: 'OrderCreateRequested', data: order } as const;
    await write(events.store, newer, { metadata: { version: 2 } });
    const stopped = /stopped at OrderCreateRequested in orderRequest-.* has version 2, this code knows 1/;
    await until('orders has stopped', () => stopped.test(service.health()['orders']?.detail ?? ''));
    expect(service.health()['orders']?.ok).toBe(false);
    await write(events.store, {
      type: 'DepositRequested',
      data: { depositId: order.orderId, userId: 'alice', currency: 'EUR', amount: 1 },
    });
    await until(
      'the deposit is shown',
      async () => (await depositQueries(readModel.query).depositById(order.orderId)).found !== undefined,
    );
    expect(service.health()['deposits']?.ok).toBe(true);
  });
});
