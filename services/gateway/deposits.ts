import type { RouterContext } from '@koa/router';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { DepositInput } from '../../api/inputs.ts';
import { problemTypes } from '../../api/problems.ts';
import { deposit } from '../../domain/deposit/deposit.ts';
import { depositStream } from '../../domain/streams.ts';
import { Uuid } from '../../domain/text.ts';
import { deposits, depositQueries, type DepositView } from '../../projections/readModels/deposits.ts';
import { decodeInput } from '../http/body.ts';
import { problem } from '../http/problem.ts';
import type { Caller } from './caller.ts';
import { placing } from './placing.ts';
import { reading } from './reading.ts';
import { firstEvent } from './record.ts';

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
  settled: (changes, depositId, signal) => changes.settledDeposit(depositId, signal),
});

const notFound = problem(problemTypes.depositNotFound, 'No deposit that you may see has this id');

const maySee = (deposit: DepositView, { userId, roles }: Caller): boolean =>
  roles.has('operator') || deposit.userId === userId;

/** `GET /deposits/{depositId}`: for operators, and for whom the money is. */
export const showDeposit = reading({
  projection: deposits,
  queries: depositQueries,
  inputOf: ({ params: { depositId } }) => (Uuid.is(depositId) ? E.right(depositId) : E.left(notFound)),
  query: ({ depositById }, depositId) => depositById(depositId),
  answer: (found, depositId, caller) =>
    found !== undefined && maySee(found, caller) ? { status: 200, body: found, about: { depositId } } : notFound,
});
