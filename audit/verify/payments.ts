import type { RecordedEvent } from '../../domain/events.ts';
import { format } from '../../domain/money.ts';
import { caused } from './causes.ts';
import { broken, first, must, none, type Findings } from './invariants.ts';
import type { OrderRecord } from './records.ts';

type Payment = RecordedEvent<'PaymentProcessed'>;

const ownOperation = ({ id, data }: Payment): Findings =>
  !data.paid
    ? none
    : must(
        data.operationId === id,
        'order-operation',
        () => `operation ${id}, the payment's own id`,
        () => `operation ${data.operationId}`,
      );

/** A payment, as the order's: what it does to the wallet is another matter. */
export const ofPayment = ({ payment, pending, state }: OrderRecord, event: Payment): Findings => {
  const { data } = event;
  if (payment !== undefined)
    return broken(
      'order-paid-once',
      `no payment but ${payment.id}`,
      `another one, ${event.id}, of ${format(data.amount, data.currency)}`,
    );
  if (pending === undefined || state.status === 'None')
    return broken('order-opened', 'an OrderPending before it', 'none');
  const { userId, currency, total } = state.order;
  return first(
    () => caused(event, pending, data.orderId),
    () =>
      must(
        data.userId === userId && data.currency === currency && data.amount === total,
        'payment-as-ordered',
        () => `${format(total, currency)} of ${userId}`,
        () => `${format(data.amount, data.currency)} of ${data.userId}`,
      ),
    () => ownOperation(event),
  );
};
