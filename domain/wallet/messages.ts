import * as t from 'io-ts';
import { Currency } from '../currency.ts';
import { Amount, Balance } from '../money.ts';
import { CancelReason } from '../order/messages.ts';
import { UserId, Uuid } from '../text.ts';

const entry = { userId: UserId, currency: Currency, amount: Amount, balance: Balance };

/** The wallet paid the order, or refused to. `balance` is what it holds afterwards, in minor units. */
export const PaymentProcessed = t.union(
  [
    t.strict({ ...entry, orderId: Uuid, paid: t.literal(true), operationId: Uuid }),
    t.strict({ ...entry, orderId: Uuid, paid: t.literal(false), reason: CancelReason }),
  ],
  'PaymentProcessed',
);

/** Money came in. */
export const FundsDeposited = t.strict({ ...entry, depositId: Uuid }, 'FundsDeposited');

/** Why money was not taken in: the balance would have passed the safe integers. */
export const RefusalReason = t.keyof({ BalanceLimit: null }, 'RefusalReason');

/** Money was not taken in; the balance is as before. */
export const DepositRefused = t.strict({ ...entry, depositId: Uuid, reason: RefusalReason }, 'DepositRefused');

export type PaymentProcessed = { readonly type: 'PaymentProcessed'; readonly data: t.TypeOf<typeof PaymentProcessed> };
export type FundsDeposited = { readonly type: 'FundsDeposited'; readonly data: t.TypeOf<typeof FundsDeposited> };
export type DepositRefused = { readonly type: 'DepositRefused'; readonly data: t.TypeOf<typeof DepositRefused> };
export type WalletEvent = PaymentProcessed | FundsDeposited | DepositRefused;
