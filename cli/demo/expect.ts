import { setTimeout as delay } from 'node:timers/promises';
import { inspect, isDeepStrictEqual } from 'node:util';
import * as E from 'fp-ts/lib/Either.js';
import type { Answered } from '../../client/answer.ts';
import { Failure } from '../failure.ts';

const paceMs = 10;

/** @throws Failure that says what was expected, and what was found. */
export const expectEqual = (what: string, found: unknown, expected: unknown): void => {
  if (!isDeepStrictEqual(found, expected)) throw unexpected(what, found, expected);
};

/**
 * Asks until the answer is as expected: read models follow the log, they do not lead it.
 * @param patienceMs milliseconds that they may be behind.
 * @throws Failure when it never is.
 */
export const expectSoon = async (
  what: string,
  ask: () => Promise<unknown>,
  expected: unknown,
  patienceMs = 30_000,
): Promise<void> => {
  let found = await ask();
  for (const end = Date.now() + patienceMs; !isDeepStrictEqual(found, expected); found = await ask()) {
    if (Date.now() > end) throw unexpected(what, found, expected);
    await delay(paceMs);
  }
};

/** What the gateway answered. @throws Failure with the problem that it told instead. */
export const answerTo = async <A>(what: string, answered: Answered<A>): Promise<A> => {
  const answer = await answered;
  if (E.isRight(answer)) return answer.right;
  throw new Failure(`Expected an answer to ${what}, found a problem: ${shown(answer.left)}.`);
};

const unexpected = (what: string, found: unknown, expected: unknown): Failure =>
  new Failure(`Expected ${what} to be ${shown(expected)}, found ${shown(found)}.`);

const shown = (value: unknown): string => inspect(value, { depth: 5, breakLength: Infinity });
