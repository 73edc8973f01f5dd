import { describe, expect, it } from '@jest/globals';
import { givenReadSides } from '../../tests/fixtures/readSides.ts';
import { until } from '../../tests/fixtures/until.ts';
import { orders } from '../readModels/orders.ts';

const given = givenReadSides();

const { request } = given;

describe('a rebuild that is interrupted while it compares', () => {
  it('has the database give that up at once, and swaps nothing', async () => {
    const service = await given.side.start();
    await given.side.isAt(orders, await request());
    await service.stop();
    const stopping = new AbortController();
    await given.side.database.transaction(async (holding) => {
      await holding('LOCK TABLE orders_1.orders');
      const rebuilding = given.side.administer().rebuild('orders', { signal: stopping.signal });
      const waiting = () =>
        given.side.database.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
      await until('it waits for the rows of the live slot', async () => (await waiting()).length > 0);
      stopping.abort();
      const why: unknown = await rebuilding.catch((error: unknown) => error);
      expect(why).toBe(stopping.signal.reason);
      expect(await waiting()).toEqual([]);
    });
    expect(await given.side.slots(orders)).toMatchObject({ live: { name: 'orders_1' }, next: { name: 'orders_2' } });
  });
});
