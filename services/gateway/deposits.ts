import { problemTypes } from '../../api/problems.ts';
import type { RouterContext } from '@koa/router';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts';
import { randomUUID } from 'node:crypto';
import { deposit } from '../../domain/deposit/deposit.ts';
import { depositStream } from '../../domain/streams.ts';
import { Uuid } from '../../domain/text.ts';
import type { DepositView } from '../../projections/deposits.ts';
import type { Answer } from '../http/answer.ts';
import { decodeInput, readJson } from '../http/body.ts';
import { problem } from '../http/problem.ts';
import type { Caller } from './caller.ts';
import { DepositInput } from '../../api/inputs.ts';
import type { Means } from './means.ts';
import { actorIn, record, traceFrom } from './record.ts';
import { callerOf } from './token.ts';

/** The body with the wallet that the path names; so faults of either are told together. */
const ofWallet =
  ({ userId, currency }: RouterContext['params']) =>
  (body: unknown): unknown =>
    t.UnknownRecord.is(body) ? { ...body, userId, currency } : body;

/** `POST /wallets/{userId}/{currency}/deposits` */
export const placeDeposit =
  ({ eventStore }: Pick<Means, 'eventStore'>) =>
  async (context: RouterContext): Promise<Answer> => {
    const body = await readJson(context);
    const input = pipe(body, E.map(ofWallet(context.params)), E.chain(decodeInput(DepositInput)));
    if (E.isLeft(input)) return input.left;
    const depositId = randomUUID();
    const location = `/deposits/${depositId}`;
    const { position } = await record(eventStore, {
      decider: deposit,
      command: { type: 'RequestDeposit', deposit: { depositId, ...input.right } },
      stream: depositStream(depositId),
      correlationId: depositId,
      location,
      about: { depositId },
      actor: actorIn('operator', context),
      trace: traceFrom(context),
    });
    return {
      status: 202,
      headers: { Location: location },
      body: { depositId, status: 'Requested', position: String(position) },
      about: { depositId },
    };
  };

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
