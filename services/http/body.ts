import { problemTypes } from '../../api/problems.ts';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import type { Context } from 'koa';
import getRawBody from 'raw-body';
import { messageOf } from '../../eventstore/faults.ts';
import type { Answer } from './answer.ts';
import { faultsOf } from '../../domain/faults.ts';
import { problem } from './problem.ts';

/** Bytes that a body may have. */
export const mostBytes = 65_536;

const isJson = (contentType: string): boolean => /^application\/json[ \t]*(;|$)/i.test(contentType);

const malformed = (why: string): Answer => problem(problemTypes.malformedBody, why);

const tooLarge = problem(problemTypes.bodyTooLarge, `The body must have at most ${mostBytes} bytes`);

const wrongType = (found: string): Answer =>
  problem(problemTypes.unsupportedMediaType, `Expected Content-Type: application/json, found ${found || 'none'}`);

const encoded = (found: string): Answer =>
  problem(problemTypes.unsupportedMediaType, `Expected a body without Content-Encoding, found ${found}`, {
    headers: { 'Accept-Encoding': 'identity' },
  });

const bytesOf = async (context: Context): Promise<E.Either<Answer, Buffer>> => {
  try {
    return E.right(await getRawBody(context.req, { length: context.request.length, limit: mostBytes }));
  } catch (error) {
    // What is still to come is read and dropped: left in the connection, it would stand before the next request.
    context.req.resume();
    const isTooLarge = error instanceof Error && 'type' in error && error.type === 'entity.too.large';
    return E.left(isTooLarge ? tooLarge : malformed('The body ended before it was complete'));
  }
};

const parse = (bytes: Buffer): E.Either<Answer, unknown> =>
  E.tryCatch(
    // Fatal: a decoder that replaces broken bytes would store what nobody sent.
    (): unknown => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)),
    (error) => malformed(messageOf(error)),
  );

/**
 * Reads the body of a request as JSON, or answers with the problem: 415 for any other type or an encoding, 413 above
 * `mostBytes`, 400 for what is not JSON in UTF-8. Of a key that comes twice the last one counts, as `JSON.parse` has it.
 */
export const readJson = async (context: Context): Promise<E.Either<Answer, unknown>> => {
  const encoding = context.get('Content-Encoding');
  if (!isJson(context.get('Content-Type'))) return E.left(wrongType(context.get('Content-Type')));
  if (encoding !== '' && encoding !== 'identity') return E.left(encoded(encoding));
  return E.chain(parse)(await bytesOf(context));
};

/** Decodes input, or answers 422 with every fault. */
export const decodeInput =
  <A>(codec: t.Decoder<unknown, A>) =>
  (input: unknown): E.Either<Answer, A> =>
    E.mapLeft((errors: t.Errors) =>
      problem(problemTypes.invalidInput, 'Each of the errors says where and what was expected', {
        errors: faultsOf(errors),
      }),
    )(codec.decode(input));
