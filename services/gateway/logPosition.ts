import * as E from 'fp-ts/lib/Either.js';
import { problemTypes } from '../../api/problems.ts';
import { Position } from '../../api/answers.ts';
import type { Answer } from '../http/answer.ts';
import { problem } from '../http/problem.ts';

/** Before the first event a projection stands at -1; clients are told 0, for no event stands there either. */
export const asTold = (position: bigint): bigint => (position < 0n ? 0n : position);

/** A position as clients are told it. */
export const positionToken = (position: bigint): string => String(asTold(position));

/** What a position is answered with that the log has not reached. */
export const beyondLog = (position: bigint): Answer =>
  problem(
    problemTypes.invalidPosition,
    `The log ends before ${position}, so no answer can have told this position: read without it`,
  );

/** A position as a client gives it back, undefined where it gives none. @param malformed what anything else is answered with */
export const givenPosition = (given: unknown, malformed: Answer): E.Either<Answer, bigint | undefined> => {
  if (given === undefined) return E.right(undefined);
  return Position.is(given) ? E.right(BigInt(given)) : E.left(malformed);
};
