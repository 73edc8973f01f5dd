import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../domain/events.ts';
import { newDatabase, portOf, through } from '../tests/fixtures/database.ts';
import { log } from '../tests/fixtures/eventStore.ts';
import { createImaginedLog, type ImaginedLog } from '../tests/fixtures/imaginedLog.ts';
import { startProxy, type Proxy } from '../tests/fixtures/proxy.ts';
import { showIn, swapIn, type Show } from '../tests/fixtures/shownLog.ts';
import { openTestDatabase } from '../tests/fixtures/slot.ts';
import { until } from '../tests/fixtures/until.ts';
import { createChanges, type Changes, type OpenChanges } from './changes.ts';
import type { Database } from './database.ts';
import { orders } from './readModels/orders.ts';
import { registry } from './registry.ts';

/** The signal of somebody who waits for as long as it takes. */
const never = () => new AbortController().signal;
const settings = { heartbeat: 300, statementTimeout: 1_000, backoff: { first: 20, most: 100 } };

let databaseUrl: string;
let database: Database;
let changes: OpenChanges;
let imagined: ImaginedLog;
let show: Show;
let shown: RecordedEvent[];
const cleanUps: Array<() => Promise<unknown>> = [];
const cleanUp = <A extends { readonly close: () => Promise<unknown> }>(resource: A): A => {
  cleanUps.unshift(resource.close);
  return resource;
};

const openChanges = async (url: string): Promise<OpenChanges> => {
  const opened = cleanUp(createChanges({ databaseUrl: url, log, ...settings }));
  await until('it listens', () => opened.check().ok);
  return opened;
};
const openProxied = async (): Promise<{ readonly proxied: OpenChanges; readonly proxy: Proxy }> => {
  const proxy = cleanUp(await startProxy(portOf(databaseUrl)));
  return { proxied: await openChanges(through(databaseUrl, proxy)), proxy };
};

beforeEach(async () => {
  databaseUrl = await newDatabase();
  database = cleanUp(openTestDatabase(databaseUrl));
  const showAll = await showIn(database, registry);
  shown = [];
  show = async (...events) => {
    shown.push(...events);
    await showAll(...events);
  };
  changes = await openChanges(databaseUrl);
  imagined = createImaginedLog();
});
afterEach(async () => {
  for (const end of cleanUps.splice(0)) await end();
});

/** An order that is pending, and the event that will have paid it. */
const place = async (): Promise<{ readonly orderId: string; readonly paid: () => RecordedEvent }> => {
  const orderId = randomUUID();
  await show(imagined.ofOrder('requested', orderId, 'alice'), imagined.ofOrder('pending', orderId, 'alice'));
  return { orderId, paid: () => imagined.ofOrder('paid', orderId, 'alice') };
};

/** What a query that waits for this lock finds is newer than when it was asked. */
const whileQueriesWait = (work: () => Promise<void>): Promise<void> =>
  database.transaction(async (query) => {
    await query('LOCK TABLE projections.live IN ACCESS EXCLUSIVE MODE');
    await work();
  });
const queriesWaiting = () =>
  database.query(`SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`);

/** When nobody looks at anything any more: what happens now is found by a notice, or not at all. */
const quiet = () =>
  until('all looks are over', async () => {
    const busy = await database.query(`SELECT pid FROM pg_stat_activity
      WHERE application_name = 'orderflow changes' AND datname = current_database()
        AND (state <> 'idle' OR state_change > clock_timestamp() - interval '200 milliseconds')`);
    return busy.length === 0;
  });

describe('who waits for an order to be settled', () => {
  it('gets it as it was settled, as soon as it is', async () => {
    const { orderId, paid } = await place();
    const settling = changes.settledOrder(orderId, never());
    await show(paid());
    expect(await settling).toMatchObject({ position: 300n, found: { orderId, status: 'Paid', total: 5500 } });
  });

  it('gets an order that was settled before', async () => {
    const { orderId, paid } = await place();
    await show(paid());
    await show((await place()).paid());
    expect(await changes.settledOrder(orderId, never())).toMatchObject({ position: 600n, found: { orderId } });
  });

  it('gets an order that is requested only after they began to wait', async () => {
    const orderId = randomUUID();
    const settling = changes.settledOrder(orderId, never());
    for (const step of ['requested', 'pending', 'paid'] as const) await show(imagined.ofOrder(step, orderId, 'alice'));
    expect(await settling).toMatchObject({ found: { orderId, status: 'Paid' } });
  });

  it('gets an order that is settled between registering and reading', async () => {
    const { orderId, paid } = await place();
    let settling: ReturnType<Changes['settledOrder']> | undefined;
    await whileQueriesWait(async () => {
      settling = changes.settledOrder(orderId, never());
      await until('it reads', async () => (await queriesWaiting()).length > 0);
      await show(paid());
    });
    expect(await settling).toMatchObject({ found: { orderId, status: 'Paid' } });
  });

  it('gets every order, whenever it is settled while many begin to wait', async () => {
    const placed = Array.from({ length: 40 }, () => randomUUID());
    for (const orderId of placed)
      await show(imagined.ofOrder('requested', orderId, 'alice'), imagined.ofOrder('pending', orderId, 'alice'));
    const settling: Array<ReturnType<Changes['settledOrder']>> = [];
    for (const orderId of placed) {
      const showing = show(imagined.ofOrder('paid', orderId, 'alice'));
      settling.push(changes.settledOrder(orderId, never()));
      await showing;
    }
    expect((await Promise.all(settling)).map((settled) => settled?.found.orderId)).toEqual(placed);
  });

  it('is told that time is up, while others go on waiting for the same order', async () => {
    const { orderId, paid } = await place();
    const impatient = new AbortController();
    const patient = changes.settledOrder(orderId, never());
    const giving = changes.settledOrder(orderId, impatient.signal);
    impatient.abort();
    expect(await giving).toBeUndefined();
    expect(await changes.settledOrder(orderId, impatient.signal)).toBeUndefined();
    await show(paid());
    expect(await patient).toMatchObject({ found: { orderId } });
  });

  it('is told what is wrong when they ask for what is no id, and nobody else is held up', async () => {
    const { orderId, paid } = await place();
    const settling = changes.settledOrder(orderId, never());
    await expect(changes.settledOrder('no-id', never())).rejects.toThrow(/a UUID, found "no-id"/);
    await show(paid());
    expect(await settling).toMatchObject({ found: { orderId } });
  });

  it('is let go when the gateway closes', async () => {
    const { orderId } = await place();
    const settling = changes.settledOrder(orderId, never());
    const reaching = changes.reached('orders', 10_000n, never());
    await changes.close();
    expect(await settling).toBeUndefined();
    expect(await reaching).toBe(false);
  });
});

describe('who waits for a deposit', () => {
  it('gets it as soon as it is in the wallet', async () => {
    const depositId = randomUUID();
    const settling = changes.settledDeposit(depositId, never());
    await show(...imagined.deposit(depositId, 'alice'));
    expect(await settling).toMatchObject({ position: 200n, found: { depositId, status: 'Deposited' } });
  });
});

describe('who waits for a position', () => {
  it.each(registry.map(({ name }) => name))('is told when %s is that far, and not before', async (name) => {
    const [requested, deposited] = imagined.deposit(randomUUID(), 'alice');
    const reaching = changes.reached(name, deposited.position, never());
    await show(requested);
    const early = new AbortController();
    const first = changes.reached(name, requested.position, early.signal);
    expect(await first).toBe(true);
    const second = changes.reached(name, deposited.position, early.signal);
    early.abort();
    expect(await second).toBe(false);
    await show(deposited);
    expect(await reaching).toBe(true);
    expect(await changes.reached(name, 1n, never())).toBe(true);
  });

  it('is told that there is no such projection', async () => {
    await expect(changes.reached('order', 1n, never())).rejects.toThrow(
      /^Expected one of the projections .*, orders, .*, found order$/,
    );
  });
});

describe('notices that are lost', () => {
  it.each([
    { how: 'is cut', hurt: (proxy: Proxy) => proxy.cut() },
    { how: 'goes dead without a sign', hurt: (proxy: Proxy) => proxy.loseAnswers() },
  ])('are made up for when the connection for them $how', async ({ hurt }) => {
    const { proxied, proxy } = await openProxied();
    const { orderId, paid } = await place();
    const settling = proxied.settledOrder(orderId, never());
    const reaching = proxied.reached('wallets', 300n, never());
    for (const name of ['orders', 'wallets']) expect(await proxied.reached(name, 200n, never())).toBe(true);
    await quiet();
    hurt(proxy);
    await show(paid());
    await until('it is noticed', () => !proxied.check().ok);
    expect(proxied.check().detail).toMatch(/^not listening: /);
    proxy.mend();
    expect(await settling).toMatchObject({ found: { orderId } });
    expect(await reaching).toBe(true);
    await until('it listens again', () => proxied.check().ok);
  });

  it('are made up for after the database was away, also for those who began to wait meanwhile', async () => {
    const { proxied, proxy } = await openProxied();
    const { orderId, paid } = await place();
    const before = proxied.settledOrder(orderId, never());
    proxy.cut();
    await until('it is noticed', () => !proxied.check().ok);
    const meanwhile = proxied.settledOrder(orderId, never());
    const reaching = proxied.reached('wallets', 300n, never());
    await show(paid());
    proxy.mend();
    expect(await before).toMatchObject({ found: { orderId } });
    expect(await meanwhile).toMatchObject({ found: { orderId } });
    expect(await reaching).toBe(true);
  });
});

describe('several gateways', () => {
  it('tell each their own, of the same order', async () => {
    const other = await openChanges(databaseUrl);
    const { orderId, paid } = await place();
    const settling = [changes, other].map(({ settledOrder }) => settledOrder(orderId, never()));
    await show(paid());
    for (const settled of await Promise.all(settling)) expect(settled).toMatchObject({ found: { orderId } });
  });
});

describe('ten thousand who wait', () => {
  it('are all answered', async () => {
    const ids = Array.from({ length: 10_000 }, () => randomUUID());
    const settling = ids.map((id) => changes.settledOrder(id, never()));
    const reaching = ids.map((_, n) => changes.reached('orders', BigInt(2 * n * 100), never()));
    const showOrders = await showIn(database, [orders]);
    for (let start = 0; start < ids.length; start += 500) {
      const some = ids.slice(start, start + 500);
      const events = some.flatMap((id) =>
        (['requested', 'paid'] as const).map((step) => imagined.ofOrder(step, id, 'alice')),
      );
      await showOrders(...events);
    }
    expect((await Promise.all(settling)).map((settled) => settled?.found.orderId)).toEqual(ids);
    expect(new Set(await Promise.all(reaching))).toEqual(new Set([true]));
  }, 120_000);
});

describe('another slot', () => {
  it('tells what it shows as soon as it is swapped in', async () => {
    const { orderId, paid } = await place();
    const settling = changes.settledOrder(orderId, never());
    expect(await changes.reached('orders', 200n, never())).toBe(true);
    await swapIn(database, orders, 2, [...shown, paid()]);
    expect(await settling).toMatchObject({ position: 300n, found: { orderId } });
  });

  it('that stands further back than the last one is waited for', async () => {
    const { orderId, paid } = await place();
    const event = paid();
    await show(event);
    expect(await changes.reached('orders', 300n, never())).toBe(true);
    await swapIn(database, orders, 2, []);
    const settling = changes.settledOrder(orderId, never());
    expect(await changes.reached('orders', -1n, never())).toBe(true);
    const giving = new AbortController();
    const tooSoon = changes.reached('orders', 300n, giving.signal);
    giving.abort();
    expect(await tooSoon).toBe(false);
    const showAgain = await showIn(database, [orders]);
    for (const again of shown) await showAgain(again);
    expect(await settling).toMatchObject({ position: 300n, found: { orderId } });
  });
});
