import * as E from 'fp-ts/lib/Either.js';
import type { Wallet } from '../../api/answers.ts';
import { problemTypes } from '../../api/problems.ts';
import { Currency } from '../../domain/currency.ts';
import { wallets, walletQueries } from '../../projections/readModels/wallets.ts';
import { problem } from '../http/problem.ts';
import { reading } from './reading.ts';

export const walletNotFound = problem(
  problemTypes.walletNotFound,
  'Name the currency by its ISO 4217 code, such as /wallets/EUR',
);

/** `GET /wallets/{currency}`: the caller's own. One that nothing was ever paid into holds 0. */
export const showWallet = reading({
  projection: wallets,
  queries: walletQueries,
  inputOf: ({ params: { currency } }) => (Currency.is(currency) ? E.right(currency) : E.left(walletNotFound)),
  query: ({ walletOf }, currency, { userId }) => walletOf(userId, currency),
  answer: (wallet, currency) => {
    const body: Wallet = { currency, balance: wallet?.balance ?? 0 };
    return { status: 200, body };
  },
});

/** `GET /wallets`: all of the caller's own that anything was ever paid into or asked of. */
export const listWallets = reading({
  projection: wallets,
  queries: walletQueries,
  inputOf: () => E.right(undefined),
  query: ({ walletsOf }, _, { userId }) => walletsOf(userId),
  answer: (found) => ({
    status: 200,
    body: { wallets: found.map(({ currency, balance }): Wallet => ({ currency, balance })) },
  }),
});
