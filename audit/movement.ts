import { ofType, type RecordedEvent } from '../domain/events.ts';

/** What stands in a wallet's stream. */
export const isWalletEntry = ofType('PaymentProcessed', 'FundsDeposited', 'DepositRefused');

export type WalletEntry = RecordedEvent<'PaymentProcessed' | 'FundsDeposited' | 'DepositRefused'>;

/** By how much an entry changes the balance, in minor units: negative where money went out, 0 where it was refused. */
export const movementOf = ({ type, data }: WalletEntry): number => {
  switch (type) {
    case 'PaymentProcessed':
      return data.paid ? -data.amount : 0;
    case 'FundsDeposited':
      return data.amount;
    case 'DepositRefused':
      return 0;
  }
};
