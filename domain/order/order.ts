import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import type { Decider, Happened, Impossible } from '../decider.ts';
import type { OrderDetails } from '../orderRequest/messages.ts';
import { orderStream } from '../streams.ts';
import type { PaymentProcessed } from '../wallet/messages.ts';
import type { OrderEvent } from './messages.ts';

/** `cause` is the id of the event that opened the order; `pendingId` the id of its own `OrderPending`. */
interface Opened {
  readonly order: OrderDetails;
  readonly cause: string | undefined;
  readonly pendingId: string;
}

export type Order =
  | { readonly status: 'None' }
  | (Opened & { readonly status: 'Pending' })
  | (Opened & { readonly status: 'Settled'; readonly paymentId: string | undefined });

/** Owned by orders; stream `order-{orderId}`. `requestId`, `paymentId`: ids of the events that ask for it. */
export type OrderCommand =
  | { readonly type: 'OpenOrder'; readonly order: OrderDetails; readonly requestId: string }
  | {
      readonly type: 'SettleOrder';
      readonly payment: PaymentProcessed['data'];
      readonly paymentId: string;
      /** The `OrderPending` that the payment names as its cause. */
      readonly paymentCause: string | undefined;
    };

type Decision = E.Either<Impossible, O.Option<OrderEvent>>;
type Open = Extract<OrderCommand, { type: 'OpenOrder' }>;
type Settle = Extract<OrderCommand, { type: 'SettleOrder' }>;

const impossible = (orderId: string, expected: string, found: string): Decision =>
  E.left({ reason: `Expected ${expected} in ${orderStream(orderId)}, found ${found}` });

const open = ({ order, requestId }: Open, state: Order): Decision => {
  if (state.status === 'None') return E.right(O.some({ type: 'OrderPending', data: order }));
  if (state.cause === requestId) return E.right(O.none);
  return impossible(order.orderId, `an order opened by request ${requestId}`, `one opened by ${state.cause}`);
};

/** What a payment must agree with before it may settle an order. */
const claims = (userId: string, currency: string, amount: number, cause: string | undefined): string =>
  `a payment of ${amount} ${currency} by ${userId} for event ${cause}`;

const outcome = (order: OrderDetails, payment: PaymentProcessed['data']): OrderEvent =>
  payment.paid
    ? { type: 'OrderPaid', data: { ...order, operationId: payment.operationId } }
    : { type: 'OrderCancelled', data: { ...order, reason: payment.reason } };

const settle = ({ payment, paymentId, paymentCause }: Settle, state: Order): Decision => {
  if (state.status === 'None') return impossible(payment.orderId, 'OrderPending', 'no event');
  if (state.status === 'Settled')
    return state.paymentId === paymentId
      ? E.right(O.none)
      : impossible(payment.orderId, `a settlement by payment ${paymentId}`, `one by ${state.paymentId}`);
  const { order, pendingId } = state;
  const expected = claims(order.userId, order.currency, order.total, pendingId);
  const found = claims(payment.userId, payment.currency, payment.amount, paymentCause);
  if (expected !== found) return impossible(payment.orderId, expected, found);
  if (payment.paid && payment.operationId !== paymentId)
    return impossible(payment.orderId, `operation ${paymentId}`, `operation ${payment.operationId}`);
  return E.right(O.some(outcome(order, payment)));
};

const decide = (command: OrderCommand, state: Order): Decision => {
  switch (command.type) {
    case 'OpenOrder':
      return open(command, state);
    case 'SettleOrder':
      return settle(command, state);
  }
};

const evolve = (state: Order, event: Happened<OrderEvent>): Order => {
  switch (event.type) {
    case 'OrderPending':
      return { status: 'Pending', order: event.data, cause: event.metadata.$causationId, pendingId: event.id };
    case 'OrderPaid':
    case 'OrderCancelled':
      return state.status === 'None' ? state : { ...state, status: 'Settled', paymentId: event.metadata.$causationId };
  }
};

export const order: Decider<OrderCommand, Order, OrderEvent> = { initial: { status: 'None' }, decide, evolve };
