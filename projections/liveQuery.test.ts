import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { history } from '../domain/examples.ts';
import { teapots } from '../domain/orderRequest/examples.ts';
import { Unavailable } from '../eventstore/faults.ts';
import { newDatabase } from '../tests/fixtures/database.ts';
import { fillWith, openTestDatabase } from '../tests/fixtures/slot.ts';
import type { Database } from './database.ts';
import { createLiveQuery } from './liveQuery.ts';
import { orderQueries, orders } from './readModels/orders.ts';
import { createSlot, slotsOf } from './slots.ts';

let database: Database;
beforeEach(async () => {
  database = openTestDatabase(await newDatabase());
});
afterEach(() => database.close());

/** Swaps in a new, empty slot, as a rebuild does. */
const swap = (number: number) =>
  database.transaction(async (query) => {
    const slot = await createSlot(query, orders, number);
    await query('UPDATE projections.live SET slot = $1', [slot.name]);
  });
const drop = (slot: string) => database.query(`DROP SCHEMA ${slot} CASCADE`);

describe('a query of the live slot', () => {
  it('shows the position together with the rows', async () => {
    await fillWith(database, [orders], history.slice(0, 4));
    const { orderById } = orderQueries(createLiveQuery(database));
    expect(await orderById(teapots.orderId)).toMatchObject({ position: 400n, found: { status: 'Pending' } });
  });

  it('follows the pointer to another slot, also when the old one is gone', async () => {
    await fillWith(database, [orders], history);
    const { orderById } = orderQueries(createLiveQuery(database));
    expect((await orderById(teapots.orderId)).found?.status).toBe('Paid');
    await swap(2);
    expect(await orderById(teapots.orderId)).toEqual({ position: -1n, found: undefined });
    await swap(3);
    await drop('orders_2');
    expect(await orderById(teapots.orderId)).toEqual({ position: -1n, found: undefined });
  });

  it('finds a table in every answer while slots are swapped and dropped', async () => {
    await slotsOf(database, orders);
    const { orderById } = orderQueries(createLiveQuery(database));
    let swapping = true;
    const asking = (async () => {
      let answers = 0;
      while (swapping) {
        await orderById(teapots.orderId);
        answers += 1;
      }
      return answers;
    })();
    for (let n = 2; n <= 10; n += 1) {
      await swap(n);
      await drop(`orders_${n - 1}`);
    }
    swapping = false;
    expect(await asking).toBeGreaterThan(0);
  });

  it('says that nothing was set up yet, and answers as soon as it is', async () => {
    const { orderById } = orderQueries(createLiveQuery(database));
    await expect(orderById(teapots.orderId)).rejects.toThrow(
      /^read model is away: nobody has set up orders on this database yet: start the projections service$/,
    );
    await slotsOf(database, orders);
    expect(await orderById(teapots.orderId)).toEqual({ position: -1n, found: undefined });
  });

  it('says that tables were changed without another version, at the first query and at any later one', async () => {
    await fillWith(database, [orders], history);
    const reading = orderQueries(createLiveQuery(database));
    await reading.ordersOf('alice', { limit: 1 });
    await database.query('ALTER TABLE orders_1.orders RENAME COLUMN user_id TO owner');
    for (const { ordersOf } of [reading, orderQueries(createLiveQuery(database))]) {
      const asking = ordersOf('alice', { limit: 1 });
      await expect(asking).rejects.toThrow(Unavailable);
      await expect(asking).rejects.toThrow(
        `read model is away: expected the tables of orders_1 to be those of version ${orders.version} of orders in this code, ` +
          'found no column orders.user_id: whoever changes tables raises `version`; ' +
          'where nobody else reads them, `orderflow projections rebuild orders` does as well',
      );
    }
  });

  it('is told what PostgreSQL says of a column that nobody declares', async () => {
    await slotsOf(database, orders);
    const query = createLiveQuery(database);
    const asking = query(orders, (slot) => `SELECT nope FROM ${slot}.orders`, []);
    await expect(asking).rejects.toThrow(/^column "nope" does not exist$/);
  });

  it('says that the database is away', async () => {
    const away = openTestDatabase('postgres://nobody@127.0.0.1:1/nothing');
    const { orderById } = orderQueries(createLiveQuery(away));
    await expect(orderById(teapots.orderId)).rejects.toThrow(Unavailable);
    await away.close();
  });
});

describe('the live slot', () => {
  it('is made once when several ask at the same time', async () => {
    const slots = await Promise.all([1, 2, 3, 4].map(() => slotsOf(database, orders)));
    expect(slots.map(({ live }) => live)).toEqual(
      [1, 2, 3, 4].map(() => ({ name: 'orders_1', version: orders.version })),
    );
    expect(await database.query('SELECT slot FROM projections.slots')).toEqual([{ slot: 'orders_1' }]);
  });
});
