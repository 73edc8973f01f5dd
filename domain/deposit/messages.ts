import * as t from 'io-ts';
import { Currency } from '../currency.ts';
import { Amount } from '../money.ts';
import { UserId, Uuid } from '../text.ts';

/** An operator asked for money to be put into a wallet; `amount` in minor units. */
export const DepositRequested = t.strict(
  { depositId: Uuid, userId: UserId, currency: Currency, amount: Amount },
  'DepositRequested',
);
export type DepositRequested = { readonly type: 'DepositRequested'; readonly data: t.TypeOf<typeof DepositRequested> };
