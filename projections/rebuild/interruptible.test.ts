import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { pianoRequested } from '../../domain/orderRequest/examples.ts';
import { happen, startReadSides, type ReadSide, type ReadSides } from '../../tests/fixtures/readSide.ts';
import { until } from '../../tests/fixtures/until.ts';
import { orders } from '../readModels/orders.ts';

let sides: ReadSides;
beforeAll(async () => {
  sides = await startReadSides();
});
afterAll(() => sides.stop());

let side: ReadSide;
beforeEach(async () => {
  side = await sides.open();
});
afterEach(() => side.close());

const request = (): Promise<bigint> =>
  happen(sides.events.store, { ...pianoRequested, data: { ...pianoRequested.data, orderId: randomUUID() } });

describe('a rebuild that is interrupted while it compares', () => {
  it('has the database give that up at once, and swaps nothing', async () => {
    const service = await side.start();
    await side.isAt(orders, await request());
    await service.stop();
    const stopping = new AbortController();
    await side.database.transaction(async (holding) => {
      await holding('LOCK TABLE orders_1.orders');
      const rebuilding = side.administer().rebuild('orders', { signal: stopping.signal });
      const waiting = () =>
        side.database.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
      await until('it waits for the rows of the live slot', async () => (await waiting()).length > 0);
      stopping.abort();
      const why: unknown = await rebuilding.catch((error: unknown) => error);
      expect(why).toBe(stopping.signal.reason);
      expect(await waiting()).toEqual([]);
    });
    expect(await side.slots(orders)).toMatchObject({ live: { name: 'orders_1' }, next: { name: 'orders_2' } });
  });
});
