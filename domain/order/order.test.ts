import { describe, expect, it } from '@jest/globals';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { history } from '../examples.ts';
import { ofType, type RecordedEvent } from '../events.ts';
import { teapots } from '../orderRequest/examples.ts';
import { teapotsCharged, teapotsOperationId } from '../wallet/examples.ts';
import { pianoCancelled, pianoPending, teapotsPaid, teapotsPending } from './examples.ts';
import { order, type OrderCommand } from './order.ts';

const ownEvents = history.filter(ofType('OrderPending', 'OrderPaid', 'OrderCancelled'));
const [pending, paid, pianoIsPending, pianoIsCancelled] = ownEvents as [
  RecordedEvent<'OrderPending'>,
  RecordedEvent<'OrderPaid'>,
  RecordedEvent<'OrderPending'>,
  RecordedEvent<'OrderCancelled'>,
];

const given = (...events: ReadonlyArray<RecordedEvent<'OrderPending' | 'OrderPaid' | 'OrderCancelled'>>) => ({
  when: (command: OrderCommand) => order.decide(command, events.reduce(order.evolve, order.initial)),
});

const open: OrderCommand = { type: 'OpenOrder', order: teapots, requestId: pending.metadata.$causationId ?? '' };
const settle: OrderCommand = {
  type: 'SettleOrder',
  payment: teapotsCharged.data,
  paymentId: teapotsOperationId,
  paymentCause: pending.id,
};
const payment = teapotsCharged.data;
const impossible = (reason: string) => E.left({ reason: expect.stringContaining(reason) });

describe('order', () => {
  it('becomes pending when it is requested', () => {
    expect(given().when(open)).toEqual(E.right(O.some(teapotsPending)));
  });

  it('stays pending when its request comes again', () => {
    expect(given(pending).when(open)).toEqual(E.right(O.none));
  });

  it('stays paid when its request comes again', () => {
    expect(given(pending, paid).when(open)).toEqual(E.right(O.none));
  });

  it('refuses to be opened by a second request', () => {
    const other: OrderCommand = { ...open, requestId: 'another' };
    expect(given(pending).when(other)).toEqual(impossible('Expected an order opened by request another'));
  });

  it('is paid, with the operation id, when its payment went through', () => {
    expect(given(pending).when(settle)).toEqual(E.right(O.some(teapotsPaid)));
  });

  it('is cancelled, with the reason, when the wallet was short', () => {
    const refusal = history.filter(ofType('PaymentProcessed'))[1] as RecordedEvent<'PaymentProcessed'>;
    const command: OrderCommand = {
      type: 'SettleOrder',
      payment: refusal.data,
      paymentId: refusal.id,
      paymentCause: pianoIsPending.id,
    };
    expect(pianoPending.data).toEqual(pianoIsPending.data);
    expect(given(pianoIsPending).when(command)).toEqual(E.right(O.some(pianoCancelled)));
    expect(given(pianoIsPending, pianoIsCancelled).when(command)).toEqual(E.right(O.none));
  });

  it('is settled once when its payment comes again', () => {
    expect(given(pending, paid).when(settle)).toEqual(E.right(O.none));
  });

  it('refuses a second payment', () => {
    const second: OrderCommand = { ...settle, paymentId: 'another' };
    expect(given(pending, paid).when(second)).toEqual(impossible('Expected a settlement by payment another'));
  });

  it('refuses a payment before it was opened', () => {
    expect(given().when(settle)).toEqual(impossible('Expected OrderPending in order-7c1f8a52'));
  });

  it.each([
    ['another user', { payment: { ...payment, userId: 'mallory' } }],
    ['another currency', { payment: { ...payment, currency: 'USD' } }],
    ['another amount', { payment: { ...payment, amount: 1 } }],
    ['another cause', { paymentCause: 'something else' }],
    ['no cause', { paymentCause: undefined }],
    ['another operation id', { payment: { ...payment, operationId: teapots.orderId } }],
  ])('refuses a payment with %s', (_, change) => {
    const command = { ...settle, ...change } as OrderCommand;
    expect(E.isLeft(given(pending).when(command))).toBe(true);
  });
});
