import type { RouterContext } from '@koa/router';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { Cursor } from '../../api/answers.ts';
import { problemTypes } from '../../api/problems.ts';
import { faultsOf } from '../../domain/faults.ts';
import type { Answer } from '../http/answer.ts';
import { problem } from '../http/problem.ts';

/** How many items a page has, at most and unless the caller says. */
export const mostItems = 100;
export const usualItems = 20;

const isLimit = (u: unknown): u is number => Number.isSafeInteger(u) && Number(u) >= 1 && Number(u) <= mostItems;

const limitIn = (u: unknown): unknown => {
  if (u === undefined) return usualItems;
  return typeof u === 'string' && /^\d{1,3}$/.test(u) ? Number(u) : undefined;
};

/** How many items a page has at most. */
export const Limit = new t.Type<number, string, unknown>(
  'Limit',
  isLimit,
  (u, context) => {
    const limit = limitIn(u);
    return isLimit(limit) ? t.success(limit) : t.failure(u, context, `must be a whole number from 1 to ${mostItems}`);
  },
  String,
);

/**
 * Where a page of a list ends and the next one begins, as clients are told it: a text that means nothing to them.
 * @param list its name, and whatever picks what is in it: a cursor of one list leads nowhere in another
 */
export const cursorIn = (...list: readonly [string, ...string[]]) => {
  const of = list.join(':');
  const pattern = new RegExp(`^${of}:(\\d{1,18})$`);
  const encode = (end: bigint): string => Buffer.from(`${of}:${end}`).toString('base64url');
  return new t.Type<bigint, string, unknown>(
    'Cursor',
    (u): u is bigint => typeof u === 'bigint',
    (u, context) => {
      const [, end] = pattern.exec(Cursor.is(u) ? Buffer.from(u, 'base64url').toString() : '') ?? [];
      // One cursor has one spelling; base64 has several.
      return end !== undefined && encode(BigInt(end)) === u
        ? t.success(BigInt(end))
        : t.failure(u, context, 'must be what a page of this list told as next');
    },
    encode,
  );
};

/** Decodes the query of a request, or answers 400 with every fault. Whether there is more in it is no concern of this: see `takes`. */
export const decodeQuery = <A>(codec: t.Decoder<unknown, A>, { query }: RouterContext): E.Either<Answer, A> =>
  E.mapLeft((errors: t.Errors) =>
    problem(problemTypes.invalidQuery, 'Each of the errors says which parameter and what was expected', {
      errors: faultsOf(errors),
    }),
  )(codec.decode(query));
