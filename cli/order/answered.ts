import * as E from 'fp-ts/lib/Either.js';
import type { Problem } from '../../api/answers.ts';
import { NoAnswer } from '../../client/answer.ts';
import { Failure } from '../failure.ts';

/** A problem as people read it, with every fault that it names. */
export const inWords = ({ title, status, detail, errors = [] }: Problem): string =>
  [`${title} (${status}): ${detail}`, ...errors.map((fault) => `  ${fault.pointer} ${fault.detail}`)].join('\n');

/** What the gateway answered. @throws Failure with the problem that it told instead. */
export const answered = <A>(answer: E.Either<Problem, A>): A => {
  if (E.isRight(answer)) return answer.right;
  throw new Failure(inWords(answer.left));
};

/** Awaits what asks the gateway. @throws Failure when nobody answers: no defect of ours. */
export const asking = async <A>(asked: Promise<A>): Promise<A> => {
  try {
    return await asked;
  } catch (error) {
    throw error instanceof NoAnswer ? new Failure(error.message, { cause: error }) : error;
  }
};
