import { hundredEuros } from '../deposit/examples.ts';
import { piano, teapots } from '../orderRequest/examples.ts';
import type { DepositRefused, FundsDeposited, PaymentProcessed } from './messages.ts';

/** Id of the `PaymentProcessed` event by which the teapots are paid. */
export const teapotsOperationId = 'c0a8f1d2-6b3e-5c47-8d19-2e4f7a9b1c44';

export const hundredEurosDeposited: FundsDeposited = {
  type: 'FundsDeposited',
  data: { ...hundredEuros, balance: 10_000 },
};

export const teapotsCharged: PaymentProcessed = {
  type: 'PaymentProcessed',
  data: {
    orderId: teapots.orderId,
    userId: 'alice',
    currency: 'EUR',
    amount: 5500,
    paid: true,
    operationId: teapotsOperationId,
    balance: 4500,
  },
};

export const pianoRefused: PaymentProcessed = {
  type: 'PaymentProcessed',
  data: {
    orderId: piano.orderId,
    userId: 'alice',
    currency: 'EUR',
    amount: 900_000,
    paid: false,
    reason: 'InsufficientFunds',
    balance: 4500,
  },
};

/** The wallet already holds so much that the sum would pass the safe integers. */
export const depositRefused: DepositRefused = {
  type: 'DepositRefused',
  data: { ...hundredEuros, reason: 'BalanceLimit', balance: Number.MAX_SAFE_INTEGER },
};
