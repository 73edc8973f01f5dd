import type { RouterContext } from '@koa/router';
import * as E from 'fp-ts/lib/Either.js';
import { randomUUID } from 'node:crypto';
import { v5 } from 'uuid';
import { problemTypes } from '../../api/problems.ts';
import type { Answer } from '../http/answer.ts';
import { problem } from '../http/problem.ts';

/** Root of the ids of what was asked for with a key. Never changed: a different one would take every order again. */
const namespace = '0a4e8f5d-6c1b-5e0f-9b7e-2d6f3c1a9e84';

// A string of RFC 9651 as in draft-ietf-httpapi-idempotency-key-header, without blanks; or bare, as many clients send it.
const quoted = /^"((?:[\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"$/;
const bare = /^[\x21\x23-\x7e][\x21-\x7e]*$/;

/** Characters of a key. */
export const longestKey = 255;

const invalid = problem(
  problemTypes.invalidIdempotencyKey,
  `Expected one Idempotency-Key of 1 to ${longestKey} visible ASCII characters, bare or in quotes, such as a UUID`,
);

const read = (sent: string): string | undefined =>
  bare.test(sent) ? sent : quoted.exec(sent)?.[1]?.replaceAll(/\\(.)/g, '$1');

/** The key that the request carries, undefined when none, or 400 for what cannot be one. In quotes or bare, it is the same key. */
export const idempotencyKeyOf = (context: RouterContext): E.Either<Answer, string | undefined> => {
  // Distinct: joined by a comma, as other headers are, two keys would look like one.
  const [sent, ...others] = context.req.headersDistinct['idempotency-key'] ?? [];
  if (sent === undefined) return E.right(undefined);
  const key = read(sent);
  const isValid = key !== undefined && key.length <= longestKey && others.length === 0;
  return isValid ? E.right(key) : E.left(invalid);
};

/**
 * The id of what a user asks for: with a key the same for every request that carries it, however often and through
 * whichever gateway it comes; without one a new id each time.
 * @param kind of what is asked for, such as `order`
 */
export const idFor = (kind: string, userId: string, key: string | undefined): string =>
  key === undefined ? randomUUID() : v5(JSON.stringify([kind, userId, key]), namespace);
