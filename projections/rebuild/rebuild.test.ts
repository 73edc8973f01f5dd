import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { pianoRequested } from '../../domain/orderRequest/examples.ts';
import { givenReadSides } from '../../tests/fixtures/readSides.ts';
import { until } from '../../tests/fixtures/until.ts';
import type { Projection } from '../projection.ts';
import { orders } from '../readModels/orders.ts';
import type { Difference } from './differences.ts';
import type { Progress } from './progress.ts';

const given = givenReadSides();

const { request } = given;

/** A service that has filled orders up to a position. */
const filled = async (count = 3): Promise<bigint> => {
  await given.side.start();
  let position = -1n;
  for (let n = 0; n < count; n += 1) position = await request();
  await given.side.isAt(orders, position);
  return position;
};
const tables = async () =>
  (
    await given.side.database.query<{ schema: string }>(
      `SELECT DISTINCT table_schema AS schema FROM information_schema.tables WHERE table_schema ~ '^orders_[0-9]+$' ORDER BY 1`,
    )
  ).map(({ schema }) => schema);

describe('a rebuild', () => {
  it('has queries read the new slot, and keeps the old one where it stood', async () => {
    const position = await filled();
    const { slot, swapped, comparison } = await given.side.administer().rebuild('orders');
    expect({ slot, swapped }).toEqual({ slot: 'orders_2', swapped: true });
    expect(comparison).toMatchObject({ position, equal: true });
    expect(await given.side.slots(orders)).toMatchObject({
      live: { name: 'orders_2' },
      previous: { name: 'orders_1' },
    });
    const next = await request();
    await given.side.isAt(orders, next);
    expect(await given.side.positionOf('orders_1')).toBe(position);
  });

  it('keeps no more than one old slot, and uses no number twice', async () => {
    await filled();
    await given.side.administer().rebuild('orders');
    await given.side.administer().rebuild('orders');
    expect(await tables()).toEqual(['orders_2', 'orders_3']);
    expect(await given.side.administer().dropPrevious('orders')).toBe('orders_2');
    expect(await given.side.administer().dropPrevious('orders')).toBeUndefined();
    await given.side.administer().rebuild('orders');
    expect(await tables()).toEqual(['orders_3', 'orders_4']);
  });

  it('tells how it comes along', async () => {
    const target = await filled(12);
    const told: Progress[] = [];
    await given.side.administer().rebuild('orders', { onProgress: (progress) => told.push(progress) });
    const shares = told.flatMap((progress) => (progress.phase === 'filling' ? [progress.share] : []));
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.length).toBeGreaterThan(2);
    expect(told.at(-2)).toMatchObject({ phase: 'filling', slot: 'orders_2', position: target, target, share: 1 });
    expect(told.at(-1)).toEqual({ phase: 'comparing', slot: 'orders_2', position: target });
  });

  it('brings the new slot to where the old one stands although nobody fills that', async () => {
    const service = await given.side.start();
    const position = await request();
    await given.side.isAt(orders, position);
    await service.stop();
    await request();
    expect((await given.side.administer().rebuild('orders')).comparison).toMatchObject({ position, equal: true });
    expect(await given.side.positionOf('orders_2')).toBe(position);
  });

  it('of a projection that nobody has ever filled ends where that stands: at the beginning', async () => {
    expect((await given.side.administer().rebuild('orders')).comparison).toMatchObject({ position: -1n, equal: true });
  });

  it('works once when asked for twice at the same time', async () => {
    await filled(12);
    const phases = new Set<Progress['phase']>();
    const onProgress = ({ phase }: Progress): void => void phases.add(phase);
    const { rebuilding } = await given.side.database.transaction(async (holding) => {
      // Neither can swap before both are at it.
      await holding(`SELECT FROM projections.live WHERE projection = 'orders' FOR NO KEY UPDATE`);
      const asked = Promise.all([1, 2].map(() => given.side.administer().rebuild('orders', { onProgress })));
      await until('one works and the other stands by', () => phases.has('filling') && phases.has('standing by'));
      return { rebuilding: asked };
    });
    const rebuilt = await rebuilding;
    expect(rebuilt.map(({ slot, swapped }) => ({ slot, swapped }))).toEqual(
      [1, 2].map(() => ({ slot: 'orders_2', swapped: true })),
    );
    expect(rebuilt.filter(({ comparison }) => comparison === undefined)).toHaveLength(1);
  });

  it('that has swapped stands, although somebody reads a slot that is to be dropped; the next one drops it', async () => {
    await filled();
    await given.side.administer().rebuild('orders');
    const stopping = new AbortController();
    await given.side.database.transaction(async (reading) => {
      await reading('SELECT FROM orders_1.orders');
      const rebuilding = given.side.administer().rebuild('orders', { signal: stopping.signal });
      await until('it has swapped', async () => (await given.side.slots(orders)).live.name === 'orders_3');
      stopping.abort();
      expect(await rebuilding).toMatchObject({
        slot: 'orders_3',
        swapped: true,
        comparison: { equal: true },
        leftOver: ['orders_1 cannot be dropped while somebody reads it (a long query, a backup): try again later'],
      });
    });
    expect((await given.side.administer().rebuild('orders')).leftOver).toEqual([]);
    expect(await tables()).toEqual(['orders_3', 'orders_4']);
  });

  it('begins anew when the mapping has changed, and says so', async () => {
    await filled(12);
    const stopping = new AbortController();
    const { signal } = stopping;
    const wrong: Projection = { ...orders, on: { ...orders.on, OrderCreateRequested: () => [] } };
    const interrupted = given.side.administer({ projections: [wrong] }).rebuild('orders', {
      onProgress: (progress) => progress.phase === 'filling' && progress.position >= 0n && stopping.abort(),
      signal,
    });
    await expect(interrupted).rejects.toThrow('aborted');
    expect(await given.side.positionOf('orders_2')).toBeGreaterThan(-1n);
    const told: Progress[] = [];
    const { slot, comparison } = await given.side
      .administer()
      .rebuild('orders', { onProgress: (progress) => told.push(progress) });
    expect(slot).toBe('orders_3');
    expect(comparison).toMatchObject({ equal: true });
    expect(told).toContainEqual({ phase: 'begun anew', slot: 'orders_3', left: 'orders_2' });
    expect(await tables()).toEqual(['orders_1', 'orders_3']);
  });

  it('is refused to code that is older than the slot', async () => {
    await filled();
    const older = given.side.administer({ projections: [{ ...orders, version: 1 }] });
    await expect(older.rebuild('orders')).rejects.toThrow(
      `orders_1 holds version ${orders.version} of orders, this code is version 1: rebuild it with newer code, or roll back first`,
    );
  });

  it('names the projections there are when asked for another', async () => {
    await expect(given.side.administer().rebuild('order')).rejects.toThrow(
      /^expected one of .*orders, .*, found order$/,
    );
  });
});

describe('a comparison', () => {
  const drift = async (orderId: string): Promise<void> => {
    await given.side.database.query(`UPDATE orders_1.orders SET total = 1 WHERE order_id = $1`, [orderId]);
    await given.side.database.query(
      `DELETE FROM orders_1.orders WHERE ctid = (SELECT ctid FROM orders_1.orders WHERE order_id <> $1 LIMIT 1)`,
      [orderId],
    );
    await given.side.database.query(
      `INSERT INTO orders_1.orders SELECT (jsonb_populate_record(o, '{"order_id": "00000000-0000-4000-8000-000000000000"}')).* FROM orders_1.orders AS o WHERE order_id = $1`,
      [orderId],
    );
  };

  it('shows every row that only one slot holds or that differs, and a dry run leaves them as they are', async () => {
    const orderId = randomUUID();
    await request(orderId);
    await filled();
    await drift(orderId);
    const rows = await given.side.rowsOf(orders, 'orders_1');
    const shown: Difference[] = [];
    const { swapped, comparison } = await given.side
      .administer()
      .rebuild('orders', { dryRun: true, onDifference: (row) => shown.push(row) });
    expect(swapped).toBe(false);
    expect(comparison?.equal).toBe(false);
    expect(comparison?.tables[0]?.differing).toEqual({ onlyLive: 1, onlyFresh: 1, different: 1 });
    expect(shown).toHaveLength(3);
    expect(shown).toContainEqual(
      expect.objectContaining({
        table: 'orders',
        live: expect.objectContaining({ order_id: orderId, total: '1' }),
        fresh: expect.objectContaining({ order_id: orderId, total: String(pianoRequested.data.total) }),
      }),
    );
    expect(await given.side.rowsOf(orders, 'orders_1')).toEqual(rows);
    expect(await tables()).toEqual(['orders_1']);
    expect((await given.side.slots(orders)).live.name).toBe('orders_1');
  });

  it('loses its snapshot when its process is frozen, and is made again when that goes on', async () => {
    const orderId = randomUUID();
    await request(orderId);
    await filled();
    await drift(orderId);
    const phases: Progress['phase'][] = [];
    let isFrozen = false;
    const freezeOnce = (): void => {
      if (!isFrozen) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
      isFrozen = true;
    };
    const { comparison } = await given.side.administer({ options: { comparingIdleAtMost: 300 } }).rebuild('orders', {
      onProgress: ({ phase }) => phases.push(phase),
      onDifference: freezeOnce,
    });
    expect(phases.filter((phase) => phase === 'comparing')).toHaveLength(2);
    expect(phases).toContain('waiting');
    expect(comparison?.tables[0]?.differing).toEqual({ onlyLive: 1, onlyFresh: 1, different: 1 });
  });

  it('does not keep a rebuild from mending what has drifted', async () => {
    const orderId = randomUUID();
    await request(orderId);
    await filled();
    await drift(orderId);
    expect((await given.side.administer().rebuild('orders')).comparison?.equal).toBe(false);
    expect((await given.side.administer().rebuild('orders', { dryRun: true })).comparison?.equal).toBe(true);
  });

  it('finds both slots at one position while events keep coming', async () => {
    await filled();
    let coming = true;
    const events = (async () => {
      let count = 0;
      for (; coming; count += 1) await request();
      return count;
    })();
    const { comparison } = await given.side.administer().rebuild('orders', { dryRun: true });
    coming = false;
    expect(comparison?.equal).toBe(true);
    expect(comparison?.tables[0]?.rows.live).toBeGreaterThan(2);
    expect(await events).toBeGreaterThan(1);
  });
});
