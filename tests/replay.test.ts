import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { notificationStream } from '../domain/streams.ts';
import { readForwards } from '../eventstore/read.ts';
import { openAdministration, type Administration } from '../projections/administration.ts';
import { registry } from '../projections/registry.ts';
import { log } from './fixtures/eventStore.ts';
import { granted } from './fixtures/granted.ts';
import { lettersAbout } from './fixtures/letters.ts';
import { wholeLog } from './fixtures/log.ts';
import { startTestSystem, type TestSystem } from './fixtures/system.ts';
import { until } from './fixtures/until.ts';

let system: TestSystem;
let administration: Administration;
beforeAll(async () => {
  system = await startTestSystem();
  const { databaseUrl, events } = system;
  administration = openAdministration({ eventStore: events.store, databaseUrl, log });
}, 60_000);
afterAll(async () => {
  await administration.close();
  await system.stop();
});

/** An order that was paid and whose letter has arrived. */
const finished = async (): Promise<string> => {
  const [client, operator] = [await system.clientOf('alice', 'client'), await system.clientOf('olga', 'operator')];
  granted(await client.saveProfile({ name: 'Alice', email: 'alice@example.com' }));
  granted(await operator.placeDeposit('alice', 'EUR', 10_000));
  const items = [{ sku: 'teapot', quantity: 2, unitPrice: 1250 }];
  const { orderId } = granted(await client.placeOrder({ userId: 'alice', currency: 'EUR', items }));
  await until('the letter is recorded', async () =>
    (await readForwards(system.events.store, notificationStream(orderId))).at(0),
  );
  return orderId;
};

describe('replay', () => {
  it('is silent: whatever is rebuilt, rolled back or compared, nothing is appended and no letter goes out', async () => {
    const orderId = await finished();
    const before = await wholeLog(system.events.store);
    expect(before.length).toBeGreaterThan(5);
    for (const { name } of registry) {
      expect((await administration.rebuild(name, { dryRun: true })).comparison?.equal).toBe(true);
      expect((await administration.rebuild(name)).swapped).toBe(true);
      await administration.rollback(name);
    }
    const order = granted(await (await system.clientOf('alice', 'client')).order(orderId));
    expect(order).toMatchObject({ orderId, status: 'Paid' });
    expect(await wholeLog(system.events.store)).toEqual(before);
    expect(await lettersAbout(system.mailbox, orderId)).toHaveLength(1);
  }, 60_000);
});
