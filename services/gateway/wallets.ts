import { problemTypes } from '../../api/problems.ts';
import type { RouterContext } from '@koa/router';
import { Currency } from '../../domain/currency.ts';
import type { Answer } from '../http/answer.ts';
import { problem } from '../http/problem.ts';
import type { Means } from './means.ts';
import { callerOf } from './token.ts';

const notFound = problem(problemTypes.walletNotFound, 'Name the currency by its ISO 4217 code, such as /wallets/EUR');

/** `GET /wallets/{currency}`: the caller's own. One that nothing was ever paid into holds 0. */
export const showWallet =
  ({ readModel }: Pick<Means, 'readModel'>) =>
  async (context: RouterContext): Promise<Answer> => {
    const { currency } = context.params;
    if (!Currency.is(currency)) return notFound;
    const { found } = await readModel.walletOf(callerOf(context).userId, currency);
    return { status: 200, body: { currency, balance: found?.balance ?? 0 } };
  };
