import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import type { Decider, Happened } from '../decider.ts';
import { add } from '../money.ts';
import type { WalletEvent } from './messages.ts';

/** Ids of causing events, newest first; a list, so that a long one grows without being copied. */
export interface Causes {
  readonly cause: string;
  readonly earlier: Causes | undefined;
}

/**
 * What one user holds in one currency. Every event carries the balance after it, so that any tail of the stream gives
 * the state: `balance` in minor units, `handled` the causing events seen in that tail.
 */
export interface Wallet {
  readonly balance: number;
  readonly handled: Causes | undefined;
}

const includes = (causes: Causes | undefined, cause: string): boolean => {
  for (let each = causes; each !== undefined; each = each.earlier) if (each.cause === cause) return true;
  return false;
};

interface Entry {
  readonly userId: string;
  readonly currency: string;
  /** Minor units. */
  readonly amount: number;
  /** Id of the event that asks for it. */
  readonly cause: string;
}

/** Owned by billing; stream `wallet-{userId}.{currency}`. */
export type WalletCommand =
  | (Entry & { readonly type: 'ChargeOrder'; readonly orderId: string; readonly operationId: string })
  | (Entry & { readonly type: 'DepositFunds'; readonly depositId: string });

const charge = (command: Extract<WalletCommand, { type: 'ChargeOrder' }>, { balance }: Wallet): WalletEvent => {
  const { orderId, userId, currency, amount, operationId } = command;
  const entry = { orderId, userId, currency, amount };
  return amount <= balance
    ? { type: 'PaymentProcessed', data: { ...entry, paid: true, operationId, balance: balance - amount } }
    : { type: 'PaymentProcessed', data: { ...entry, paid: false, reason: 'InsufficientFunds', balance } };
};

const deposit = (command: Extract<WalletCommand, { type: 'DepositFunds' }>, wallet: Wallet): WalletEvent => {
  const { depositId, userId, currency, amount } = command;
  const entry = { depositId, userId, currency, amount };
  const balance = add(wallet.balance, amount);
  return balance === undefined
    ? { type: 'DepositRefused', data: { ...entry, reason: 'BalanceLimit', balance: wallet.balance } }
    : { type: 'FundsDeposited', data: { ...entry, balance } };
};

const apply = (command: WalletCommand, state: Wallet): WalletEvent => {
  switch (command.type) {
    case 'ChargeOrder':
      return charge(command, state);
    case 'DepositFunds':
      return deposit(command, state);
  }
};

const decide: Decider<WalletCommand, Wallet, WalletEvent>['decide'] = (command, state) =>
  E.right(includes(state.handled, command.cause) ? O.none : O.some(apply(command, state)));

const evolve = ({ handled }: Wallet, { data, metadata }: Happened<WalletEvent>): Wallet => ({
  balance: data.balance,
  handled: metadata.$causationId === undefined ? handled : { cause: metadata.$causationId, earlier: handled },
});

export const wallet: Decider<WalletCommand, Wallet, WalletEvent> = {
  initial: { balance: 0, handled: undefined },
  decide,
  evolve,
};
