import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createClient, type Client } from '../client/client.ts';
import { ofType } from '../domain/events.ts';
import { walletStream } from '../domain/streams.ts';
import { readForwards } from '../eventstore/read.ts';
import { granted } from './fixtures/granted.ts';
import { wholeLog } from './fixtures/log.ts';
import { startProxy, type Proxy } from './fixtures/proxy.ts';
import { startTestSystem, tokenFor, type TestSystem } from './fixtures/system.ts';
import { until } from './fixtures/until.ts';

let system: TestSystem;
let wire: Proxy;
beforeAll(async () => {
  system = await startTestSystem();
  wire = await startProxy(Number(new URL(system.url).port));
}, 60_000);
afterAll(async () => {
  await wire.close();
  await system.stop();
});

/** A user with 100.00 EUR, whose client reaches the gateway over the wire that can be hurt. */
const someUser = async (): Promise<{ readonly user: string; readonly client: Client }> => {
  const user = `user-${randomUUID().slice(0, 8)}`;
  const olga = await system.clientOf('olga', 'operator');
  granted(await olga.placeDeposit(user, 'EUR', 10_000, { wait: 10 }));
  const token = await tokenFor(user, 'client');
  const url = `http://127.0.0.1:${wire.port}`;
  const backoff = { first: 20, most: 200 };
  return { user, client: createClient({ url, token, timeout: 500, retries: 20, backoff, reconnectAfter: 20 }) };
};

const teapotFor = (userId: string) => ({
  userId,
  currency: 'EUR',
  items: [{ sku: 'teapot', quantity: 1, unitPrice: 2_550 }],
});

const story = ['OrderCreateRequested', 'OrderPending', 'PaymentProcessed', 'OrderPaid', 'LetterNotSent'];

describe('the client, over a wire that is hurt', () => {
  it('orders once when answers get lost, and gets the answer in the end', async () => {
    const { user, client } = await someUser();
    const before = (await wholeLog(system.events.store)).length;
    wire.loseAnswers();
    const placing = client.placeOrder(teapotFor(user), { wait: 10 });
    await until('the order has arrived', async () => (await wholeLog(system.events.store)).length > before);
    wire.mend();
    expect(granted(await placing)).toMatchObject({ status: 'Paid', total: 2_550 });
    const payments = (await readForwards(system.events.store, walletStream(user, 'EUR'))).filter(
      ofType('PaymentProcessed'),
    );
    expect(payments).toHaveLength(1);
    expect(granted(await client.wallet('EUR')).balance).toBe(7_450);
  });

  it('tells each event of a story once, however often the connection breaks', async () => {
    const { user, client } = await someUser();
    const { orderId } = granted(await client.placeOrder(teapotFor(user)));
    const types: string[] = [];
    for await (const told of client.watch(orderId)) {
      types.push(granted(told).type);
      wire.cut();
      wire.mend();
    }
    expect(types).toEqual(story);
  });

  it('tells what happens to all orders from a position on, however often the connection breaks', async () => {
    const { user, client } = await someUser();
    granted(await client.wallets());
    const after = client.position();
    const placed = [1, 2].map(() => client.placeOrder(teapotFor(user)));
    const orderIds = (await Promise.all(placed)).map((answer) => granted(answer).orderId);
    const types = new Map<string, string[]>(orderIds.map((orderId) => [orderId, []]));
    for await (const told of client.watchAll({ after })) {
      const { type, orderId } = granted(told);
      types.get(orderId)?.push(type);
      wire.cut();
      wire.mend();
      if ([...types.values()].every((each) => each.length === story.length)) break;
    }
    expect([...types.values()]).toEqual([story, story]);
  });
});

describe('the client', () => {
  it('reads what it has written, seen and watched', async () => {
    const { user, client } = await someUser();
    for (let orders = 1; orders <= 3; orders += 1) {
      const { orderId } = granted(await client.placeOrder(teapotFor(user)));
      expect(granted(await client.order(orderId)).orderId).toBe(orderId);
      for await (const told of client.watch(orderId)) {
        if (granted(told).type === 'PaymentProcessed') break;
      }
      expect(granted(await client.wallet('EUR')).balance).toBe(10_000 - orders * 2_550);
      const listed: string[] = [];
      for await (const order of client.orders({ pageSize: 1 })) listed.push(granted(order).orderId);
      expect(listed).toHaveLength(orders);
      expect(listed[0]).toBe(orderId);
    }
  });
});
