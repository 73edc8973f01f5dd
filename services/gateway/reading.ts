import type { RouterContext } from '@koa/router';
import * as E from 'fp-ts/lib/Either.js';
import { problemTypes } from '../../api/problems.ts';
import type { LiveQuery, Shown } from '../../projections/liveQuery.ts';
import type { Projection } from '../../projections/projection.ts';
import type { Answer } from '../http/answer.ts';
import { overloaded } from '../http/overload.ts';
import { problem } from '../http/problem.ts';
import type { Caller } from './caller.ts';
import { conditional } from './conditional.ts';
import { asTold, beyondLog, givenPosition, positionToken } from './logPosition.ts';
import type { Means } from './means.ts';
import { aside } from './patience.ts';
import { preferenceApplied, preferredWait } from './prefer.ts';
import { callerOf } from './token.ts';

/** A GET of what the log says. */
export interface Reading<Queries, Input, Found> {
  /** The projection that is asked: one, so that an answer shows one position. */
  readonly projection: Projection;
  /** Makes the queries of the projection. */
  readonly queries: (query: LiveQuery) => Queries;
  /** What the request asks for, or the problem with it. */
  readonly inputOf: (context: RouterContext) => E.Either<Answer, Input>;
  readonly query: (queries: Queries, input: Input, caller: Caller) => Promise<Shown<Found>>;
  readonly answer: (found: Found, input: Input, caller: Caller) => Answer;
}

interface Question {
  readonly projection: Projection;
  readonly ask: () => Promise<Shown<Answer>>;
  readonly after: bigint;
  /** Seconds. */
  readonly wait: number;
}

type ReadingMeans = Pick<Means, 'query' | 'changes' | 'logEnd' | 'waits' | 'patience' | 'turns'>;

/** Seconds that a reader waits who does not say for how long. */
export const usualWait = 5;

const malformed = problem(
  problemTypes.invalidPosition,
  'Expected one after=<position>, with a position as the Log-Position of an answer told it',
);

const tooMany = overloaded('Too many readers stand in line before this one');

const behind = (position: bigint, after: bigint): Answer =>
  problem(
    problemTypes.readModelBehind,
    `The read model shows the log up to ${position}, and not up to ${after} yet: ask again`,
    {
      about: { position: positionToken(position), after: positionToken(after) },
    },
  );

const answered = ({ position, found }: Shown<Answer>, context: RouterContext): Answer => {
  const { body } = found;
  const answer = { ...found, headers: { ...found.headers, 'Log-Position': positionToken(position) } };
  return answer.status === 200 && body !== undefined ? conditional(context, { ...answer, body }) : answer;
};

/** Asks at once, and once more when the projection has got as far as the caller knows the log. */
const askAfter = async (
  context: RouterContext,
  { changes, logEnd, waits, patience, turns }: ReadingMeans,
  { projection, ask, after, wait }: Question,
): Promise<Answer> => {
  const first = await ask();
  if (asTold(first.position) >= after) return answered(first, context);
  if (await logEnd.isBefore(after)) return beyondLog(after);
  // Counted among those that wait until it is answered: one commit lets thousands go, and the read model is asked by some
  // of them at a time.
  const reached = changes.reached(projection.name, after, patience(context, wait));
  const second = await aside(
    context,
    waits,
    reached.then(() => turns(ask)),
  );
  if (second === undefined) return tooMany;
  return asTold(second.position) >= after ? answered(second, context) : behind(second.position, after);
};

/** Makes the handler of a GET by which callers read their own writes: what `?after=` tells of is waited for. */
export const reading =
  <Queries, Input, Found>({ projection, queries, inputOf, query, answer }: Reading<Queries, Input, Found>) =>
  (means: ReadingMeans) => {
    const asked = queries(means.query);
    return async (context: RouterContext): Promise<Answer> => {
      const after = givenPosition(context.query['after'], malformed);
      if (E.isLeft(after)) return after.left;
      const input = inputOf(context);
      if (E.isLeft(input)) return input.left;
      const caller = callerOf(context);
      const ask = async (): Promise<Shown<Answer>> => {
        const { position, found } = await query(asked, input.right, caller);
        return { position, found: answer(found, input.right, caller) };
      };
      if (after.right === undefined) return answered(await ask(), context);
      const wait = preferredWait(context);
      const question = { projection, ask, after: after.right, wait: wait ?? usualWait };
      const outcome = await askAfter(context, means, question);
      return { ...outcome, headers: { ...outcome.headers, ...preferenceApplied(wait) } };
    };
  };
