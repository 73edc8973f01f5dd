import type { DepositRequested } from './messages.ts';

/** An operator puts 100.00 EUR into Alice's wallet. */
export const hundredEuros: DepositRequested['data'] = {
  depositId: '3a9d2c77-1f43-4f5c-8a0b-6c2d9e4b5d33',
  userId: 'alice',
  currency: 'EUR',
  amount: 10_000,
};

export const hundredEurosRequested: DepositRequested = { type: 'DepositRequested', data: hundredEuros };
