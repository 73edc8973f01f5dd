import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { log, put, someOrder, startTestStore, type TestStore } from '../tests/fixtures/eventStore.ts';
import { startTestPostgres, type TestPostgres } from '../tests/fixtures/database.ts';
import { until } from '../tests/fixtures/until.ts';
import { start } from './projections.ts';
import { createReadModel } from './readModel.ts';

let events: TestStore;
let postgres: TestPostgres;
beforeAll(async () => {
  [events, postgres] = await Promise.all([startTestStore(), startTestPostgres()]);
});
afterAll(() => Promise.all([events.stop(), postgres.stop()]));

describe('the read side', () => {
  it('shows an order from its request on', async () => {
    const databaseUrl = await postgres.newDatabase();
    const service = await start({ eventStore: events.store, databaseUrl, log });
    const readModel = createReadModel({ databaseUrl, log });
    const order = someOrder();
    const request = await put(events.store, { type: 'OrderCreateRequested', data: order });
    const shown = await until('the order is shown', async () => {
      const { found } = await readModel.orderById(order.orderId).catch(() => ({ found: undefined }));
      return found;
    });
    expect(shown).toEqual({ ...order, status: 'Requested', createdAt: request.created });
    await service.stop();
    await readModel.close();
  });
});
