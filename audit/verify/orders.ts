import type { RecordedEvent } from '../../domain/events.ts';
import { format } from '../../domain/money.ts';
import { order } from '../../domain/order/order.ts';
import type { OrderDetails } from '../../domain/orderRequest/messages.ts';
import { caused, requested } from './causes.ts';
import { decided } from './decisions.ts';
import { broken, first, must, none, type Findings } from './invariants.ts';
import { detailsOf, type OrderRecord } from './records.ts';

const told = ({ userId, currency, items, total }: OrderDetails): string =>
  `${userId}, ${format(total, currency)}, ${JSON.stringify(items)}`;

type Line = OrderDetails['items'][number];

const sameLine = (a: Line, b: Line | undefined): boolean =>
  a.sku === b?.sku && a.quantity === b.quantity && a.unitPrice === b.unitPrice;

/** Whether two say the same, their totals aside: what an order comes to is held against its payment. */
const sameOrder = (a: OrderDetails, b: OrderDetails): boolean =>
  a.userId === b.userId &&
  a.currency === b.currency &&
  a.items.length === b.items.length &&
  a.items.every((line, n) => sameLine(line, b.items[n]));

const asRequested = (holds: boolean, details: OrderDetails, data: OrderDetails): Findings =>
  must(
    holds,
    'order-as-requested',
    () => told(details),
    () => told(data),
  );

/** The request of an order. */
export const ofRequest = (record: OrderRecord, event: RecordedEvent<'OrderCreateRequested'>): Findings => {
  const { request } = record;
  if (request === undefined) return requested(event, event.data.orderId);
  return broken('order-requested-once', `no request but ${request.id}`, `another one, ${event.id}`);
};

/** The opening of an order. */
export const ofOpening = (record: OrderRecord, event: RecordedEvent<'OrderPending'>): Findings => {
  const { request, requested: details, pending, state } = record;
  if (pending !== undefined)
    return broken('order-opened-once', `no opening but ${pending.id}`, `another one, ${event.id}`);
  if (request === undefined || details === undefined)
    return broken('order-requested', 'an OrderCreateRequested before it', 'none');
  const { data } = event;
  return first(
    () => caused(event, request, data.orderId),
    () => asRequested(sameOrder(details, data) && details.total === data.total, details, data),
    () => decided(order.decide, { type: 'OpenOrder', order: details, requestId: request.id }, state, event),
  );
};

type Settlement = RecordedEvent<'OrderPaid' | 'OrderCancelled'>;

const rightOutcome = (event: Settlement, isPaid: boolean): Findings =>
  must(
    (event.type === 'OrderPaid') === isPaid,
    'order-outcome',
    () => (isPaid ? 'OrderPaid, for the payment was made' : 'OrderCancelled, for the payment was not made'),
    () => event.type,
  );

const rightOperation = (event: Settlement, operationId: string): Findings =>
  event.type === 'OrderCancelled'
    ? none
    : must(
        event.data.operationId === operationId,
        'order-operation',
        () => `operation ${operationId}`,
        () => `operation ${event.data.operationId}`,
      );

/** What settles an order. */
export const ofSettlement = (record: OrderRecord, event: Settlement): Findings => {
  const { settlement, payment, state } = record;
  const { data } = event;
  const details = detailsOf(record);
  if (settlement !== undefined)
    return broken(
      'order-settled-once',
      `no settlement but ${settlement.type} ${settlement.id}`,
      `${event.type} ${event.id}`,
    );
  if (payment === undefined) return broken('order-paid-for', 'a PaymentProcessed before it', 'none');
  if (state.status === 'None' || details === undefined)
    return broken('order-opened', 'an OrderPending before it', 'none');
  const command = {
    type: 'SettleOrder',
    payment: payment.data,
    paymentId: payment.id,
    paymentCause: record.pending?.id,
  } as const;
  return first(
    () => caused(event, payment, data.orderId),
    () => rightOutcome(event, payment.data.paid),
    () => rightOperation(event, payment.id),
    () =>
      must(
        data.total === payment.data.amount,
        'order-amount',
        () => `${format(payment.data.amount, payment.data.currency)}, as was paid or refused`,
        () => format(data.total, data.currency),
      ),
    () => asRequested(sameOrder(details, data), details, data),
    () => decided(order.decide, command, state, event),
  );
};
