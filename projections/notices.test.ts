import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Proxy } from '../tests/fixtures/proxy.ts';
import { never, startShownChanges, type ShownChanges } from '../tests/fixtures/shownChanges.ts';
import { showIn, swapIn } from '../tests/fixtures/shownLog.ts';
import { until } from '../tests/fixtures/until.ts';
import { orders } from './readModels/orders.ts';

let given: ShownChanges;
beforeEach(async () => {
  given = await startShownChanges();
});
afterEach(() => given.close());

/** When nobody looks at anything any more: what happens now is found by a notice, or not at all. */
const quiet = () =>
  until('all looks are over', async () => {
    const busy = await given.database.query(`SELECT pid FROM pg_stat_activity
      WHERE application_name = 'orderflow changes' AND datname = current_database()
        AND (state <> 'idle' OR state_change > clock_timestamp() - interval '200 milliseconds')`);
    return busy.length === 0;
  });

describe('notices that are lost', () => {
  it.each([
    { how: 'is cut', hurt: (proxy: Proxy) => proxy.cut() },
    { how: 'goes dead without a sign', hurt: (proxy: Proxy) => proxy.loseAnswers() },
  ])('are made up for when the connection for them $how', async ({ hurt }) => {
    const { proxied, proxy } = await given.openProxied();
    const { orderId, paid } = await given.place();
    const settling = proxied.settledOrder(orderId, never());
    const reaching = proxied.reached('wallets', 300n, never());
    for (const name of ['orders', 'wallets']) expect(await proxied.reached(name, 200n, never())).toBe(true);
    await quiet();
    hurt(proxy);
    await given.show(paid());
    await until('it is noticed', () => !proxied.check().ok);
    expect(proxied.check().detail).toMatch(/^not listening: /);
    proxy.mend();
    expect(await settling).toMatchObject({ found: { orderId } });
    expect(await reaching).toBe(true);
    await until('it listens again', () => proxied.check().ok);
  });

  it('are made up for after the database was away, also for those who began to wait meanwhile', async () => {
    const { proxied, proxy } = await given.openProxied();
    const { orderId, paid } = await given.place();
    const before = proxied.settledOrder(orderId, never());
    proxy.cut();
    await until('it is noticed', () => !proxied.check().ok);
    const meanwhile = proxied.settledOrder(orderId, never());
    const reaching = proxied.reached('wallets', 300n, never());
    await given.show(paid());
    proxy.mend();
    expect(await before).toMatchObject({ found: { orderId } });
    expect(await meanwhile).toMatchObject({ found: { orderId } });
    expect(await reaching).toBe(true);
  });
});

describe('several gateways', () => {
  it('tell each their own, of the same order', async () => {
    const other = await given.openOther();
    const { orderId, paid } = await given.place();
    const settling = [given.changes, other].map(({ settledOrder }) => settledOrder(orderId, never()));
    await given.show(paid());
    for (const settled of await Promise.all(settling)) expect(settled).toMatchObject({ found: { orderId } });
  });
});

describe('ten thousand who wait', () => {
  it('are all answered', async () => {
    const ids = Array.from({ length: 10_000 }, () => randomUUID());
    const settling = ids.map((id) => given.changes.settledOrder(id, never()));
    const reaching = ids.map((_, n) => given.changes.reached('orders', BigInt(2 * n * 100), never()));
    const showOrders = await showIn(given.database, [orders]);
    for (let start = 0; start < ids.length; start += 500) {
      const some = ids.slice(start, start + 500);
      const events = some.flatMap((id) =>
        (['requested', 'paid'] as const).map((step) => given.imagined.ofOrder(step, id, 'alice')),
      );
      await showOrders(...events);
    }
    expect((await Promise.all(settling)).map((settled) => settled?.found.orderId)).toEqual(ids);
    expect(new Set(await Promise.all(reaching))).toEqual(new Set([true]));
  }, 120_000);
});

describe('another slot', () => {
  it('tells what it shows as soon as it is swapped in', async () => {
    const { orderId, paid } = await given.place();
    const settling = given.changes.settledOrder(orderId, never());
    expect(await given.changes.reached('orders', 200n, never())).toBe(true);
    await swapIn(given.database, orders, 2, [...given.shown, paid()]);
    expect(await settling).toMatchObject({ position: 300n, found: { orderId } });
  });

  it('that stands further back than the last one is waited for', async () => {
    const { orderId, paid } = await given.place();
    const event = paid();
    await given.show(event);
    expect(await given.changes.reached('orders', 300n, never())).toBe(true);
    await swapIn(given.database, orders, 2, []);
    const settling = given.changes.settledOrder(orderId, never());
    expect(await given.changes.reached('orders', -1n, never())).toBe(true);
    const giving = new AbortController();
    const tooSoon = given.changes.reached('orders', 300n, giving.signal);
    giving.abort();
    expect(await tooSoon).toBe(false);
    const showAgain = await showIn(given.database, [orders]);
    for (const again of given.shown) await showAgain(again);
    expect(await settling).toMatchObject({ position: 300n, found: { orderId } });
  });
});
