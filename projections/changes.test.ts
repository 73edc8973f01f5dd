import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { never, startShownChanges, type ShownChanges } from '../tests/fixtures/shownChanges.ts';
import { until } from '../tests/fixtures/until.ts';
import type { Changes } from './changes.ts';
import { registry } from './registry.ts';

let given: ShownChanges;
beforeEach(async () => {
  given = await startShownChanges();
});
afterEach(() => given.close());

/** What a query that waits for this lock finds is newer than when it was asked. */
const whileQueriesWait = (work: () => Promise<void>): Promise<void> =>
  given.database.transaction(async (query) => {
    await query('LOCK TABLE projections.live IN ACCESS EXCLUSIVE MODE');
    await work();
  });
const queriesWaiting = () =>
  given.database.query(
    `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
  );

describe('who waits for an order to be settled', () => {
  it('gets it as it was settled, as soon as it is', async () => {
    const { orderId, paid } = await given.place();
    const settling = given.changes.settledOrder(orderId, never());
    await given.show(paid());
    expect(await settling).toMatchObject({ position: 300n, found: { orderId, status: 'Paid', total: 5500 } });
  });

  it('gets an order that was settled before', async () => {
    const { orderId, paid } = await given.place();
    await given.show(paid());
    await given.show((await given.place()).paid());
    expect(await given.changes.settledOrder(orderId, never())).toMatchObject({ position: 600n, found: { orderId } });
  });

  it('gets an order that is requested only after they began to wait', async () => {
    const orderId = randomUUID();
    const settling = given.changes.settledOrder(orderId, never());
    for (const step of ['requested', 'pending', 'paid'] as const)
      await given.show(given.imagined.ofOrder(step, orderId, 'alice'));
    expect(await settling).toMatchObject({ found: { orderId, status: 'Paid' } });
  });

  it('gets an order that is settled between registering and reading', async () => {
    const { orderId, paid } = await given.place();
    let settling: ReturnType<Changes['settledOrder']> | undefined;
    await whileQueriesWait(async () => {
      settling = given.changes.settledOrder(orderId, never());
      await until('it reads', async () => (await queriesWaiting()).length > 0);
      await given.show(paid());
    });
    expect(await settling).toMatchObject({ found: { orderId, status: 'Paid' } });
  });

  it('gets every order, whenever it is settled while many begin to wait', async () => {
    const placed = Array.from({ length: 40 }, () => randomUUID());
    for (const orderId of placed)
      await given.show(
        given.imagined.ofOrder('requested', orderId, 'alice'),
        given.imagined.ofOrder('pending', orderId, 'alice'),
      );
    const settling: Array<ReturnType<Changes['settledOrder']>> = [];
    for (const orderId of placed) {
      const showing = given.show(given.imagined.ofOrder('paid', orderId, 'alice'));
      settling.push(given.changes.settledOrder(orderId, never()));
      await showing;
    }
    expect((await Promise.all(settling)).map((settled) => settled?.found.orderId)).toEqual(placed);
  });

  it('is told that time is up, while others go on waiting for the same order', async () => {
    const { orderId, paid } = await given.place();
    const impatient = new AbortController();
    const patient = given.changes.settledOrder(orderId, never());
    const giving = given.changes.settledOrder(orderId, impatient.signal);
    impatient.abort();
    expect(await giving).toBeUndefined();
    expect(await given.changes.settledOrder(orderId, impatient.signal)).toBeUndefined();
    await given.show(paid());
    expect(await patient).toMatchObject({ found: { orderId } });
  });

  it('is told what is wrong when they ask for what is no id, and nobody else is held up', async () => {
    const { orderId, paid } = await given.place();
    const settling = given.changes.settledOrder(orderId, never());
    await expect(given.changes.settledOrder('no-id', never())).rejects.toThrow(/a UUID, found "no-id"/);
    await given.show(paid());
    expect(await settling).toMatchObject({ found: { orderId } });
  });

  it('is let go when the gateway closes', async () => {
    const { orderId } = await given.place();
    const settling = given.changes.settledOrder(orderId, never());
    const reaching = given.changes.reached('orders', 10_000n, never());
    await given.changes.close();
    expect(await settling).toBeUndefined();
    expect(await reaching).toBe(false);
  });
});

describe('who waits for a deposit', () => {
  it('gets it as soon as it is in the wallet', async () => {
    const depositId = randomUUID();
    const settling = given.changes.settledDeposit(depositId, never());
    await given.show(...given.imagined.deposit(depositId, 'alice'));
    expect(await settling).toMatchObject({ position: 200n, found: { depositId, status: 'Deposited' } });
  });
});

describe('who waits for a position', () => {
  it.each(registry.map(({ name }) => name))('is told when %s is that far, and not before', async (name) => {
    const [requested, deposited] = given.imagined.deposit(randomUUID(), 'alice');
    const reaching = given.changes.reached(name, deposited.position, never());
    await given.show(requested);
    const early = new AbortController();
    const first = given.changes.reached(name, requested.position, early.signal);
    expect(await first).toBe(true);
    const second = given.changes.reached(name, deposited.position, early.signal);
    early.abort();
    expect(await second).toBe(false);
    await given.show(deposited);
    expect(await reaching).toBe(true);
    expect(await given.changes.reached(name, 1n, never())).toBe(true);
  });

  it('is told that there is no such projection', async () => {
    await expect(given.changes.reached('order', 1n, never())).rejects.toThrow(
      /^Expected one of the projections .*, orders, .*, found order$/,
    );
  });
});
