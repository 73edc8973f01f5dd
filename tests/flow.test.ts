import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as E from 'fp-ts/lib/Either.js';
import { randomUUID } from 'node:crypto';
import type { Client } from '../client/client.ts';
import { Metadata } from '../domain/metadata.ts';
import { notificationStream, orderRequestStream, orderStream, walletStream } from '../domain/streams.ts';
import { topicNames } from '../domain/topics.ts';
import { startConsumer } from '../eventstore/consumer.ts';
import { readForwards } from '../eventstore/read.ts';
import { redrive } from '../eventstore/redrive.ts';
import { createWallets, handlers as billingHandlers } from '../services/billing/billing.ts';
import { granted } from './fixtures/granted.ts';
import { lettersAbout } from './fixtures/letters.ts';
import { startTestSystem, type TestSystem } from './fixtures/system.ts';
import { until } from './fixtures/until.ts';

let system: TestSystem;
let operator: Client;
beforeAll(async () => {
  system = await startTestSystem();
  operator = await system.clientOf('olga', 'operator');
}, 60_000);
afterAll(() => system.stop());

const someUser = (): string => `user-${randomUUID().slice(0, 8)}`;
const teapots = { currency: 'EUR', items: [{ sku: 'teapot <blue>', quantity: 2, unitPrice: 1250 }] };

const signUp = async (user: string, deposit: number, email: string | undefined = `${user}@example.com`) => {
  const client = await system.clientOf(user, 'client');
  if (email !== '') granted(await client.saveProfile({ name: 'Alice O\u2019Neil', email }));
  if (deposit > 0) {
    const { depositId } = granted(await operator.placeDeposit(user, 'EUR', deposit));
    await until('the deposit is in the wallet', async () => {
      const shown = await operator.deposit(depositId);
      return E.isRight(shown) && shown.right.status === 'Deposited';
    });
  }
  return client;
};

const settled = (client: Client, orderId: string) =>
  until('the order is settled', async () => {
    const order = await client.order(orderId);
    return E.isRight(order) && order.right.settledAt !== undefined && order.right;
  });

const letterEvent = (orderId: string) =>
  until(
    'the letter is recorded',
    async () => (await readForwards(system.events.store, notificationStream(orderId)))[0],
    30_000,
  );

const parkedCounts = () =>
  system.events.store.run((client) =>
    Promise.all(
      topicNames.map(async (topic) =>
        Number((await client.getPersistentSubscriptionToAllInfo(topic)).stats.parkedMessageCount),
      ),
    ),
  );

describe('an order', () => {
  it('within the balance is paid, and a letter of happiness arrives', async () => {
    const user = someUser();
    const client = await signUp(user, 10_000);
    const { orderId } = granted(await client.placeOrder({ userId: user, ...teapots }));
    const order = await settled(client, orderId);
    const [, payment] = await readForwards(system.events.store, walletStream(user, 'EUR'));
    expect(order).toMatchObject({ status: 'Paid', total: 2500, operationId: payment?.id });
    await letterEvent(orderId);
    const letters = await lettersAbout(system.mailbox, orderId);
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatchObject({
      to: [expect.stringContaining(`${user}@example.com`)],
      subject: `Your order ${orderId} is paid`,
      messageId: `<${orderId}.happiness@orderflow>`,
      headers: { 'X-Order-Id': orderId, 'X-Order-Status': 'Paid' },
      text: expect.stringMatching(/2 × teapot <blue> at 12\.50 EUR[^]*Total: 25\.00 EUR/),
      html: expect.stringContaining('teapot &lt;blue&gt;'),
    });
    expect(granted(await client.wallet('EUR'))).toEqual({ currency: 'EUR', balance: 7_500 });
  });

  it('beyond the balance is cancelled, a letter of sorrow says why, and the balance stays', async () => {
    const user = someUser();
    const client = await signUp(user, 2_499);
    const { orderId } = granted(await client.placeOrder({ userId: user, ...teapots }));
    expect(await settled(client, orderId)).toMatchObject({ status: 'Cancelled', reason: 'InsufficientFunds' });
    await letterEvent(orderId);
    const letters = await lettersAbout(system.mailbox, orderId);
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatchObject({
      headers: { 'X-Order-Id': orderId, 'X-Order-Status': 'Cancelled' },
      text: expect.stringContaining('there was not enough money in your wallet'),
    });
    expect(granted(await client.wallet('EUR'))).toEqual({ currency: 'EUR', balance: 2_499 });
  });

  it('of somebody without an address is settled all the same, and the missing letter is recorded', async () => {
    const user = someUser();
    const client = await signUp(user, 10_000, '');
    const { orderId } = granted(await client.placeOrder({ userId: user, ...teapots }));
    expect(await settled(client, orderId)).toMatchObject({ status: 'Paid' });
    expect(await letterEvent(orderId)).toMatchObject({ type: 'LetterNotSent', data: { reason: 'NoAddress' } });
    expect(await lettersAbout(system.mailbox, orderId)).toEqual([]);
  });

  it('is one trace, from the request to the letter, each event naming its cause and where that stands', async () => {
    const user = someUser();
    const client = await signUp(user, 10_000);
    const { orderId } = granted(await client.placeOrder({ userId: user, ...teapots }));
    await letterEvent(orderId);
    const { store } = system.events;
    const read = (stream: string) => readForwards(store, stream);
    const [request] = await read(orderRequestStream(orderId));
    const [pending, paid] = await read(orderStream(orderId));
    const [, payment] = await read(walletStream(user, 'EUR'));
    const [letter] = await read(notificationStream(orderId));
    const chain = [request, pending, payment, paid, letter];
    expect(chain.map((event) => event?.type)).toEqual([
      'OrderCreateRequested',
      'OrderPending',
      'PaymentProcessed',
      'OrderPaid',
      'LetterSent',
    ]);
    for (const [step, event] of chain.entries()) {
      const cause = chain[step - 1];
      expect(E.isRight(Metadata.decode(event?.metadata))).toBe(true);
      expect(event?.metadata.$correlationId).toBe(orderId);
      expect(event?.metadata.$causationId).toBe(cause?.id);
      expect(event?.metadata.causation).toEqual(cause && { stream: cause.stream, revision: cause.revision });
      expect(event?.metadata.traceparent.slice(0, 35)).toBe(request?.metadata.traceparent.slice(0, 35));
    }
    expect(request?.metadata.actor).toEqual({ subject: user, role: 'client' });
  });
});

describe('when something is away', () => {
  it.each([
    ['mail', () => system.mailWire],
    ['profiles', () => system.profilesWire],
  ])(
    '%s delays the letter, parks nothing, and holds up nothing else',
    async (_, wire) => {
      const user = someUser();
      const client = await signUp(user, 10_000);
      wire().cut();
      const { orderId } = granted(await client.placeOrder({ userId: user, ...teapots }));
      expect(await settled(client, orderId)).toMatchObject({ status: 'Paid' });
      const second = granted(await client.placeOrder({ userId: user, ...teapots }));
      expect(await settled(client, second.orderId)).toMatchObject({ status: 'Paid' });
      expect(await readForwards(system.events.store, notificationStream(orderId))).toEqual([]);
      wire().mend();
      expect(await letterEvent(orderId)).toMatchObject({ type: 'LetterSent' });
      expect(await letterEvent(second.orderId)).toMatchObject({ type: 'LetterSent' });
      expect(await lettersAbout(system.mailbox, orderId)).toHaveLength(1);
      expect(await parkedCounts()).toEqual(topicNames.map(() => 0));
    },
    60_000,
  );
});

describe('a redrive', () => {
  it('of a message that was parked after its payment was appended charges once', async () => {
    const user = someUser();
    const client = await signUp(user, 10_000);
    const { orderId } = granted(await client.placeOrder({ userId: user, ...teapots }));
    await settled(client, orderId);
    const [pending] = await readForwards(system.events.store, orderStream(orderId));
    if (pending?.type !== 'OrderPending') throw new Error('no OrderPending');
    const handle = billingHandlers(createWallets(system.events.store))['orders.pending'];
    const seen: string[] = [];
    // Competes with the system's own billing for the resends, and handles what it gets as billing does.
    const consumer = startConsumer({
      store: system.events.store,
      topic: 'orders.pending',
      handler: async (message, delivery) => {
        const outcome = await handle(message, delivery);
        seen.push(outcome.kind);
        return outcome;
      },
    });
    await until('it consumes', () => consumer.check().ok);
    for (let times = 0; times < 6; times += 1) {
      await redrive(system.events.store, { topic: 'orders.pending', eventId: pending.id, by: 'olga', reason: 'stuck' });
    }
    await until('this consumer got a share of the resends', () => seen.length > 0);
    await consumer.stop();
    expect(new Set(seen)).toEqual(new Set(['already']));
    expect(await readForwards(system.events.store, walletStream(user, 'EUR'))).toHaveLength(2);
    expect(granted(await client.wallet('EUR'))).toEqual({ currency: 'EUR', balance: 7_500 });
    expect(await readForwards(system.events.store, `redrive-${pending.id}`)).toHaveLength(6);
  });
});
