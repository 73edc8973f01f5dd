import { problemTypes } from '../../api/problems.ts';
import type { RouterContext } from '@koa/router';
import * as t from 'io-ts';
import { deposit } from '../../domain/deposit/deposit.ts';
import { depositStream } from '../../domain/streams.ts';
import { Uuid } from '../../domain/text.ts';
import type { DepositView } from '../../projections/deposits.ts';
import type { Answer } from '../http/answer.ts';
import { decodeInput } from '../http/body.ts';
import { problem } from '../http/problem.ts';
import type { Caller } from './caller.ts';
import { DepositInput } from '../../api/inputs.ts';
import type { Means } from './means.ts';
import { placing } from './placing.ts';
import { firstEvent } from './record.ts';
import { callerOf } from './token.ts';

/** The body with the wallet that the path names; so faults of either are told together. */
const ofWallet = ({ userId, currency }: RouterContext['params'], body: unknown): unknown =>
  t.UnknownRecord.is(body) ? { ...body, userId, currency } : body;

/** `POST /wallets/{userId}/{currency}/deposits` */
export const placeDeposit = placing({
  kind: 'deposit',
  role: 'operator',
  inputOf: ({ params }, body) => decodeInput(DepositInput)(ofWallet(params, body)),
  eventOf: (depositId, input) => firstEvent(deposit, { type: 'RequestDeposit', deposit: { depositId, ...input } }),
  streamOf: depositStream,
});

const notFound = problem(problemTypes.depositNotFound, 'No deposit that you may see has this id');

const maySee = (deposit: DepositView, { userId, roles }: Caller): boolean =>
  roles.has('operator') || deposit.userId === userId;

/** `GET /deposits/{depositId}`: for operators, and for whom the money is. */
export const showDeposit =
  ({ readModel }: Pick<Means, 'readModel'>) =>
  async (context: RouterContext): Promise<Answer> => {
    const { depositId } = context.params;
    const { found } = Uuid.is(depositId) ? await readModel.depositById(depositId) : { found: undefined };
    if (found === undefined || !maySee(found, callerOf(context))) return notFound;
    return { status: 200, body: found, about: { depositId: found.depositId } };
  };
