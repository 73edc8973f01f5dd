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

/** Awaits what asks a gateway. @throws Failure that says what to do when it does not answer: no defect of ours. */
export type Asking = <A>(asked: Promise<A>) => Promise<A>;

/** @param url of the gateway */
export const askingAt =
  (url: string): Asking =>
  async (asked) => {
    try {
      return await asked;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      const advice = `Asked was ${url}. If no gateway is there: start a system with npm start, or name another by --url (ORDERFLOW_URL) or --data.`;
      throw new Failure(`${error.message}\n${advice}`, { cause: error });
    }
  };
