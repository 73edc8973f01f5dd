import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { Problem } from '../api/answers.ts';
import { faultsOf } from '../domain/faults.ts';

/** Nobody answered, or not as agreed: what is there may not be a gateway, or not of this version. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** An answer, or the problem that the gateway told instead. Rejects with NoAnswer when there was neither. */
export type Answered<A> = Promise<E.Either<Problem, A>>;

/** Each of many, one after the other. A problem is the last one. Rejects as a single answer does. */
export type Each<A> = AsyncGenerator<E.Either<Problem, A>, void, undefined>;

/** What an answer holds, by its status. */
export type Answers<A> = Readonly<Record<number, t.Decoder<unknown, A>>>;

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

const typeOf = ({ headers }: Pick<RawAnswer, 'headers'>): string => String(headers['content-type'] ?? 'no type');

export const isProblem = (answer: Pick<RawAnswer, 'headers'>): boolean =>
  typeOf(answer).startsWith('application/problem+json');

/** @param holder of the text, for messages: an answer, an event. @throws NoAnswer when it is no JSON. */
export const parseJson = (what: string, holder: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new NoAnswer(`Expected JSON as the answer to ${what}, found ${holder} "${text.slice(0, 200)}"`, { cause });
  }
};

const json = (what: string, answer: RawAnswer): unknown =>
  parseJson(what, `${answer.statusCode} ${typeOf(answer)}`, String(answer.body));

/** @throws NoAnswer that names what is wrong, and no value: it may be nobody's business. */
export const decodeAnswer = <A>(codec: t.Decoder<unknown, A>, content: unknown, what: string): A => {
  const decoded = codec.decode(content);
  if (E.isRight(decoded)) return decoded.right;
  const faults = faultsOf(decoded.left).map(({ pointer, detail }) => `${pointer} ${detail}`.trim());
  throw new NoAnswer(`Expected the answer to ${what} as agreed, found one whose ${faults.join('; ')}`);
};

/** The problem that an answer tells, if it tells one. */
export const problemIn = (what: string, answer: RawAnswer): Problem | undefined =>
  isProblem(answer) ? decodeAnswer(Problem, json(what, answer), what) : undefined;

/** What was found instead of an answer as agreed. @param expected completes "Expected … as the answer". */
export const unexpected = (what: string, expected: string, answer: RawAnswer): NoAnswer =>
  new NoAnswer(`Expected ${expected} as the answer to ${what}, found ${answer.statusCode} ${typeOf(answer)}`);

/**
 * What an answer says, or the problem that it tells.
 * @param what the request, for messages.
 * @throws NoAnswer when it is neither.
 */
export const understand = <A>(what: string, answers: Answers<A>, answer: RawAnswer): E.Either<Problem, A> => {
  const problem = problemIn(what, answer);
  if (problem !== undefined) return E.left(problem);
  const codec = answers[answer.statusCode];
  if (codec !== undefined) return E.right(decodeAnswer(codec, json(what, answer), what));
  throw unexpected(what, `${Object.keys(answers).join(' or ')} or a problem`, answer);
};
