import { piano, teapots } from '../orderRequest/examples.ts';
import { teapotsOperationId } from '../wallet/examples.ts';
import type { OrderCancelled, OrderPaid, OrderPending } from './messages.ts';

export const teapotsPending: OrderPending = { type: 'OrderPending', data: teapots };
export const teapotsPaid: OrderPaid = { type: 'OrderPaid', data: { ...teapots, operationId: teapotsOperationId } };
export const pianoPending: OrderPending = { type: 'OrderPending', data: piano };
export const pianoCancelled: OrderCancelled = {
  type: 'OrderCancelled',
  data: { ...piano, reason: 'InsufficientFunds' },
};
