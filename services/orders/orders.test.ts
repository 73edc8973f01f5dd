import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { orderStream } from '../../domain/streams.ts';
import { already, appended, type Outcome } from '../../eventstore/outcome.ts';
import { readForwards } from '../../eventstore/read.ts';
import { delivery, put, someOrder, startTestStore, type TestStore } from '../../tests/fixtures/eventStore.ts';
import { createOrders, handlers } from './orders.ts';

let test: TestStore;
beforeAll(async () => {
  test = await startTestStore();
});
afterAll(() => test.stop());

const twice = async (handle: () => Promise<Outcome>): Promise<Outcome[]> => [await handle(), await handle()];
const typesIn = async (orderId: string) =>
  (await readForwards(test.store, orderStream(orderId))).map(({ type }) => type);

const givenPending = async () => {
  const order = someOrder();
  const service = handlers(createOrders(test.store));
  const request = await put(test.store, { type: 'OrderCreateRequested', data: order });
  await service['orders.create'](request, delivery);
  const [pending] = await readForwards(test.store, orderStream(order.orderId));
  if (pending?.type !== 'OrderPending') throw new Error('no OrderPending');
  return { order, request, pending };
};

const charged = ({ order, pending }: Awaited<ReturnType<typeof givenPending>>, id: string, amount = order.total) =>
  put(
    test.store,
    {
      type: 'PaymentProcessed',
      data: {
        orderId: order.orderId,
        userId: order.userId,
        currency: order.currency,
        amount,
        paid: true,
        operationId: id,
        balance: 0,
      },
    },
    { cause: pending, id },
  );

describe('orders', () => {
  it('makes a requested order pending, once', async () => {
    const order = someOrder();
    const request = await put(test.store, { type: 'OrderCreateRequested', data: order });
    const handle = handlers(createOrders(test.store))['orders.create'];
    expect(await twice(() => handle(request, delivery))).toEqual([appended, already]);
    expect(await typesIn(order.orderId)).toEqual(['OrderPending']);
  });

  it('marks a paid order with the operation id, once, by whichever instance', async () => {
    const given = await givenPending();
    const operationId = '11111111-2222-5333-8444-555555555555';
    const payment = await charged(given, operationId);
    const handle = handlers(createOrders(test.store))['billing.payments'];
    expect(await twice(() => handle(payment, delivery))).toEqual([appended, already]);
    expect(await handlers(createOrders(test.store))['billing.payments'](payment, delivery)).toEqual(already);
    const events = await readForwards(test.store, orderStream(given.order.orderId));
    expect(events.map(({ type }) => type)).toEqual(['OrderPending', 'OrderPaid']);
    expect(events[1]?.data).toEqual({ ...given.order, operationId });
  });

  it('cancels an order when the wallet was short, once, with the reason', async () => {
    const { order, pending } = await givenPending();
    const { orderId, userId, currency, total: amount } = order;
    const refusal = await put(
      test.store,
      {
        type: 'PaymentProcessed',
        data: { orderId, userId, currency, amount, paid: false, reason: 'InsufficientFunds', balance: 0 },
      },
      { cause: pending },
    );
    const handle = handlers(createOrders(test.store))['billing.payments'];
    expect(await twice(() => handle(refusal, delivery))).toEqual([appended, already]);
    const events = await readForwards(test.store, orderStream(orderId));
    expect(events[1]).toMatchObject({ type: 'OrderCancelled', data: { reason: 'InsufficientFunds' } });
  });

  it('still makes nothing of a request that arrives after the order was settled', async () => {
    const given = await givenPending();
    const payment = await charged(given, '11111111-2222-5333-8444-666666666666');
    const service = handlers(createOrders(test.store));
    await service['billing.payments'](payment, delivery);
    expect(await service['orders.create'](given.request, delivery)).toEqual(already);
    expect(await typesIn(given.order.orderId)).toEqual(['OrderPending', 'OrderPaid']);
  });

  it('parks a payment of another amount', async () => {
    const given = await givenPending();
    const payment = await charged(given, '11111111-2222-5333-8444-777777777777', 1);
    const handle = handlers(createOrders(test.store))['billing.payments'];
    const outcome = { kind: 'parked', reason: expect.stringContaining('a payment of 1 EUR') };
    expect(await twice(() => handle(payment, delivery))).toEqual([outcome, outcome]);
    expect(await typesIn(given.order.orderId)).toEqual(['OrderPending']);
  });
});
