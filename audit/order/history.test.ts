import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { pianoRefused, teapotsCharged } from '../../domain/wallet/examples.ts';
import type { RecordedEvent } from '../../domain/events.ts';
import { orderRequestStream } from '../../domain/streams.ts';
import { redrive } from '../../eventstore/redrive.ts';
import { put, someOrder, startTestStore, type TestStore } from '../../tests/fixtures/eventStore.ts';
import { historyOfOrder } from './history.ts';

let test: TestStore;
beforeAll(async () => {
  test = await startTestStore();
});
afterAll(() => test.stop());

/** An order as far as its payment, which nobody has settled it by yet. */
const charged = async () => {
  const data = someOrder();
  const { orderId, userId } = data;
  const request = await put(test.store, { type: 'OrderCreateRequested', data });
  const pending = await put(test.store, { type: 'OrderPending', data }, { cause: request });
  const id = randomUUID();
  const payment = await put(
    test.store,
    { ...teapotsCharged, data: { ...teapotsCharged.data, orderId, userId, operationId: id } },
    { cause: pending, id },
  );
  return { data, request, pending, payment };
};

const paid = async () => {
  const before = await charged();
  const { data, payment } = before;
  const settled = await put(
    test.store,
    { type: 'OrderPaid', data: { ...data, operationId: payment.id } },
    { cause: payment, after: 0 },
  );
  const letter = await put(
    test.store,
    { type: 'LetterSent', data: { orderId: data.orderId, letter: 'happiness', messageId: '<1@example.com>' } },
    { cause: settled },
  );
  return { ...before, settled, letter };
};

const idsOf = (events: ReadonlyArray<Pick<RecordedEvent, 'id'>>): ReadonlyArray<string> => events.map(({ id }) => id);
const told = async (...args: [orderId: string, moment?: Parameters<typeof historyOfOrder>[2]]) =>
  idsOf((await historyOfOrder(test.store, ...args)).map(({ event }) => event));

describe('the history of an order', () => {
  it('holds every event of all its streams and what was sent again, in log order', async () => {
    const { data, request, pending, payment, settled, letter } = await paid();
    await paid();
    const asked = { topic: 'orders.pending', eventId: pending.id, by: 'olga', reason: 'billing was down' } as const;
    const again = await redrive(test.store, asked);
    expect(await told(data.orderId)).toEqual(idsOf([request, pending, payment, settled, letter, again]));
  });

  it('says after each step what every service knew then', async () => {
    const { data } = await paid();
    const steps = await historyOfOrder(test.store, data.orderId);
    expect(
      steps.map(({ status, state, isCauseMissing }) => [
        status,
        state.request.status,
        state.order.status,
        state.wallet?.balance,
        state.letter.status,
        isCauseMissing,
      ]),
    ).toEqual([
      ['Requested', 'Requested', 'None', undefined, 'Owed', false],
      ['Pending', 'Requested', 'Pending', undefined, 'Owed', false],
      ['Pending', 'Requested', 'Pending', teapotsCharged.data.balance, 'Owed', false],
      ['Paid', 'Requested', 'Settled', teapotsCharged.data.balance, 'Owed', false],
      ['Paid', 'Requested', 'Settled', teapotsCharged.data.balance, 'Closed', false],
    ]);
  });

  it('holds a payment that the order was not settled by yet, however much the wallet did since', async () => {
    const { data, request, pending, payment } = await charged();
    const refused = { ...pianoRefused.data, userId: data.userId, orderId: randomUUID() };
    await put(test.store, { ...pianoRefused, data: refused }, { after: 0 });
    expect(await told(data.orderId)).toEqual(idsOf([request, pending, payment]));
  });

  it('ends where a position or a time says', async () => {
    const { data, request, pending, payment, settled, letter } = await paid();
    const all = idsOf([request, pending, payment, settled, letter]);
    expect(await told(data.orderId, { position: payment.position })).toEqual(all.slice(0, 3));
    expect(await told(data.orderId, { position: payment.position - 1n })).toEqual(all.slice(0, 2));
    expect(await told(data.orderId, { time: letter.created })).toEqual(all);
    expect(await told(data.orderId, { time: new Date(request.created.getTime() - 1) })).toEqual([]);
  });

  it.each([
    ['is not in the log', () => ({ $causationId: randomUUID() })],
    ['stands elsewhere', (orderId: string) => ({ causation: { stream: orderRequestStream(orderId), revision: 7 } })],
    ['is pointed to nowhere', () => ({ causation: undefined })],
  ])('marks an event whose cause %s', async (_, metadataOf) => {
    const data = someOrder();
    const request = await put(test.store, { type: 'OrderCreateRequested', data });
    const metadata = metadataOf(data.orderId);
    await put(test.store, { type: 'OrderPending', data }, { cause: request, metadata });
    const steps = await historyOfOrder(test.store, data.orderId);
    expect(steps.map(({ isCauseMissing }) => isCauseMissing)).toEqual([false, true]);
  });

  it('is empty for an order that the log does not know', async () => {
    expect(await told(randomUUID())).toEqual([]);
  });
});
