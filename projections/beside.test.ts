import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newDatabase } from '../tests/fixtures/database.ts';
import { openTestDatabase } from '../tests/fixtures/slot.ts';
import { abandonNext, dropPrevious, nextSlot, type NextOptions } from './beside.ts';
import type { Database } from './database.ts';
import { dropLeftOver } from './drop.ts';
import { TakenOver } from './hold.ts';
import { acquire } from './lease.ts';
import { orders } from './readModels/orders.ts';
import type { Projection } from './projection.ts';
import { slotsOf, type Slot } from './slots.ts';

let database: Database;
beforeEach(async () => {
  database = openTestDatabase(await newDatabase());
  await slotsOf(database, orders);
});
afterEach(() => database.close());

const version = (number: number): Projection => ({ ...orders, version: number });
const nextOf = async (projection: Projection, options?: NextOptions): Promise<Slot | undefined> =>
  nextSlot(database, projection, (await slotsOf(database, projection)).live, options);
/** The same version by another mapping. */
const mended: Projection = { ...orders, on: { ...orders.on, OrderPaid: () => [] } };
const next = async () => (await slotsOf(database, orders)).next;
const schemas = async (): Promise<ReadonlyArray<string>> =>
  (
    await database.query<{ schema: string }>(
      `SELECT nspname AS schema FROM pg_namespace WHERE nspname LIKE 'orders%' ORDER BY 1`,
    )
  ).map(({ schema }) => schema);

describe('the slot that is to take the place of the live one', () => {
  it('is made once, however many ask at the same time', async () => {
    const slots = await Promise.all([1, 2, 3, 4].map(() => nextOf(orders)));
    expect(slots).toEqual([1, 2, 3, 4].map(() => ({ name: 'orders_2', version: orders.version })));
    expect(await next()).toEqual(slots[0]);
  });

  it('is not made for one whose place was taken meanwhile', async () => {
    await expect(nextSlot(database, orders, { name: 'orders_0', version: orders.version })).rejects.toThrow(TakenOver);
    expect(await next()).toBeUndefined();
  });

  it('gives way to one of newer code, even while it is filled', async () => {
    await nextOf(version(3));
    await acquire(database.query, 'orders_2', 'older', 60_000);
    expect(await nextOf(version(4))).toEqual({ name: 'orders_3', version: 4 });
    expect(await schemas()).toEqual(['orders_1', 'orders_3']);
  });

  it('is left to newer code for as long as that fills it', async () => {
    await nextOf(version(4));
    const lease = await acquire(database.query, 'orders_2', 'newer', 60_000);
    expect(lease).toBeDefined();
    await expect(nextOf(version(3))).rejects.toThrow(
      'newer code fills orders_2 with version 4 of orders, this code is version 3',
    );
    await database.query(`UPDATE projections.slots SET lease_until = '-infinity'`);
    expect(await nextOf(version(3))).toEqual({ name: 'orders_3', version: 3 });
  });

  it('is gone on with by the definition that began it, and by no other', async () => {
    await nextOf(orders);
    expect(await nextOf({ ...orders })).toMatchObject({ name: 'orders_2' });
    expect(await nextOf(mended)).toMatchObject({ name: 'orders_3' });
    expect(await nextOf(mended)).toMatchObject({ name: 'orders_3' });
    expect(await schemas()).toEqual(['orders_1', 'orders_3']);
  });

  it('is left to another definition of the same version for as long as that fills it', async () => {
    await nextOf(orders);
    await acquire(database.query, 'orders_2', 'somebody', 60_000);
    expect(await nextOf(mended)).toBeUndefined();
    expect(await next()).toMatchObject({ name: 'orders_2' });
  });

  it('is begun anew when that is asked for', async () => {
    await nextOf(orders);
    expect(await nextOf(orders, { fromStart: true })).toMatchObject({ name: 'orders_3' });
    expect(await schemas()).toEqual(['orders_1', 'orders_3']);
  });

  it('is begun anew where nobody knows by which definition it was begun', async () => {
    await nextOf(orders);
    await database.query('DROP TABLE projections.definitions, projections.rolled_back');
    expect(await nextOf(orders)).toMatchObject({ name: 'orders_3' });
  });

  it('is begun anew although somebody reads the one that was begun, which is dropped later', async () => {
    await nextOf(orders);
    await database.transaction(async (reading) => {
      await reading('SELECT FROM orders_2.orders');
      expect(await nextOf(mended)).toMatchObject({ name: 'orders_3' });
      expect(await schemas()).toEqual(['orders_1', 'orders_2', 'orders_3']);
    });
    expect(await dropLeftOver(database, 'orders')).toEqual([]);
    expect(await schemas()).toEqual(['orders_1', 'orders_3']);
  });

  it('is given up, unless somebody fills it or another one has its place', async () => {
    const slot = await nextOf(orders);
    await abandonNext(database, 'orders', 'orders_7');
    await acquire(database.query, 'orders_2', 'somebody', 60_000);
    await abandonNext(database, 'orders', 'orders_2');
    expect(await next()).toEqual(slot);
    await database.query(`UPDATE projections.slots SET lease_until = '-infinity'`);
    await abandonNext(database, 'orders', 'orders_2');
    expect(await next()).toBeUndefined();
    expect(await dropLeftOver(database, 'orders')).toEqual([]);
    expect(await schemas()).toEqual(['orders_1']);
  });
});

describe('the slot that was live before', () => {
  it('is not there before a rebuild', async () => {
    expect(await dropPrevious(database, orders)).toBeUndefined();
  });

  it('is kept while somebody reads it, and it is said why', async () => {
    await nextOf(orders);
    await database.query(`UPDATE projections.beside SET previous = next, next = NULL`);
    await database.transaction(async (reading) => {
      await reading('SELECT FROM orders_2.orders');
      await expect(dropPrevious(database, orders)).rejects.toThrow(
        'orders_2 cannot be dropped while somebody reads it (a long query, a backup): try again later',
      );
    });
    expect(await dropPrevious(database, orders)).toBe('orders_2');
  });
});
