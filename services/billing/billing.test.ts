import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { hundredEuros } from '../../domain/deposit/examples.ts';
import { walletStream } from '../../domain/streams.ts';
import { startConsumer } from '../../eventstore/consumer.ts';
import { already, appended, parked, type Outcome } from '../../eventstore/outcome.ts';
import { readForwards } from '../../eventstore/read.ts';
import { delivery, put, someOrder, startTestStore, type TestStore } from '../../tests/fixtures/eventStore.ts';
import { redrive } from '../../eventstore/redrive.ts';
import { until } from '../../tests/fixtures/until.ts';
import { createWallets, handlers } from './billing.ts';

let test: TestStore;
beforeAll(async () => {
  test = await startTestStore();
});
afterAll(() => test.stop());

const twice = async (handle: () => Promise<Outcome>): Promise<Outcome[]> => [await handle(), await handle()];
const entriesOf = (userId: string) => readForwards(test.store, walletStream(userId, 'EUR'));

const givenDeposit = (userId: string, amount: number) =>
  put(test.store, { type: 'DepositRequested', data: { ...hundredEuros, depositId: randomUUID(), userId, amount } });

const givenWallet = async (userId: string, amount: number) => {
  const service = handlers(createWallets(test.store));
  await service['wallets.deposits'](await givenDeposit(userId, amount), delivery);
  return service;
};

describe('billing', () => {
  it('puts a deposit into the wallet, once', async () => {
    const request = await givenDeposit(`user-${randomUUID()}`, 10_000);
    const handle = handlers(createWallets(test.store))['wallets.deposits'];
    expect(await twice(() => handle(request, delivery))).toEqual([appended, already]);
    const entries = await entriesOf(request.data.userId);
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ type: 'FundsDeposited', data: { balance: 10_000 } });
  });

  it('refuses a deposit that would pass the safe integers, once', async () => {
    const userId = `user-${randomUUID()}`;
    const service = await givenWallet(userId, Number.MAX_SAFE_INTEGER);
    const more = await givenDeposit(userId, 1);
    expect(await twice(() => service['wallets.deposits'](more, delivery))).toEqual([appended, already]);
    const [, refusal] = await entriesOf(userId);
    expect(refusal).toMatchObject({ type: 'DepositRefused', data: { balance: Number.MAX_SAFE_INTEGER } });
  });

  it('charges an order once; the operation id is the id of the event', async () => {
    const order = someOrder();
    const service = await givenWallet(order.userId, 10_000);
    const pending = await put(test.store, { type: 'OrderPending', data: order });
    expect(await twice(() => service['orders.pending'](pending, delivery))).toEqual([appended, already]);
    expect(await handlers(createWallets(test.store))['orders.pending'](pending, delivery)).toEqual(already);
    const [, payment] = await entriesOf(order.userId);
    expect(payment).toMatchObject({
      type: 'PaymentProcessed',
      data: { paid: true, operationId: payment?.id, amount: 5500, balance: 4500 },
    });
  });

  it('refuses an order that the wallet cannot pay, once, and keeps the balance', async () => {
    const order = someOrder();
    const service = await givenWallet(order.userId, 5_499);
    const pending = await put(test.store, { type: 'OrderPending', data: order });
    expect(await twice(() => service['orders.pending'](pending, delivery))).toEqual([appended, already]);
    const entries = await entriesOf(order.userId);
    expect(entries.at(-1)?.data).toMatchObject({ paid: false, reason: 'InsufficientFunds', balance: 5_499 });
  });

  it('charges an old order once although many entries came after it', async () => {
    const order = someOrder();
    const service = await givenWallet(order.userId, 10_000);
    const pending = await put(test.store, { type: 'OrderPending', data: order });
    await service['orders.pending'](pending, delivery);
    for (let entries = 0; entries < 70; entries += 1) {
      await service['wallets.deposits'](await givenDeposit(order.userId, 1), delivery);
    }
    expect(await handlers(createWallets(test.store))['orders.pending'](pending, delivery)).toEqual(already);
    expect(await entriesOf(order.userId)).toHaveLength(72);
  });
});

describe('a message that was parked after its payment was appended', () => {
  const settings = { backoff: { first: 10, most: 50 } };

  /** Billing that appends the payment and then, by a fault of its own, parks the message. */
  const givenParked = async (order: ReturnType<typeof someOrder>) => {
    const service = await givenWallet(order.userId, 10_000);
    const pending = await put(test.store, { type: 'OrderPending', data: order });
    const faulty = startConsumer({
      store: test.store,
      topic: 'orders.pending',
      settings,
      handler: async (message, when) => {
        const outcome = await service['orders.pending'](message, when);
        return message.id === pending.id ? parked('a fault after the append') : outcome;
      },
    });
    await until('it is parked', () => faulty.outcomes().parked === 1);
    await faulty.stop();
    return pending;
  };

  const resend = {
    redriven: (eventId: string) =>
      redrive(test.store, { topic: 'orders.pending', eventId, by: 'olga', reason: 'the fault is mended' }),
    'replayed by the server': () => test.store.run((client) => client.replayParkedMessagesToAll('orders.pending')),
  };

  it.each(Object.entries(resend))('charges once when it is %s', async (_, again) => {
    const order = someOrder();
    const pending = await givenParked(order);
    const seen: string[] = [];
    const handle = handlers(createWallets(test.store))['orders.pending'];
    const mended = startConsumer({
      store: test.store,
      topic: 'orders.pending',
      settings,
      handler: async (message, when) => {
        const outcome = await handle(message, when);
        if (message.id === pending.id) seen.push(outcome.kind);
        return outcome;
      },
    });
    await again(pending.id);
    await until('it is handled again', () => seen.length > 0);
    await mended.stop();
    expect(seen).toEqual(['already']);
    expect((await entriesOf(order.userId)).map(({ type }) => type)).toEqual(['FundsDeposited', 'PaymentProcessed']);
  });
});
