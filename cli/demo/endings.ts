import { hundredEuros } from '../../domain/deposit/examples.ts';
import type { Letter } from '../../domain/notification/messages.ts';
import type { CancelReason } from '../../domain/order/messages.ts';
import { teapots } from '../../domain/orderRequest/examples.ts';

/** How an order must end. */
export interface Ending {
  readonly status: 'Paid' | 'Cancelled';
  readonly settledBy: 'OrderPaid' | 'OrderCancelled';
  /** What the payment and the order say of it. */
  readonly verdict: (paymentId: string) => { readonly operationId: string } | { readonly reason: CancelReason };
  readonly letter: Letter;
  /** What the wallet holds afterwards, in minor units. */
  readonly balance: number;
}

const balance = hundredEuros.amount - teapots.total;

export const paid: Ending = {
  status: 'Paid',
  settledBy: 'OrderPaid',
  verdict: (operationId) => ({ operationId }),
  letter: 'happiness',
  balance,
};

/** The balance is the one before. */
export const cancelled: Ending = {
  status: 'Cancelled',
  settledBy: 'OrderCancelled',
  verdict: () => ({ reason: 'InsufficientFunds' }),
  letter: 'sorrow',
  balance,
};
