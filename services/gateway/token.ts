import { problemTypes } from '../../api/problems.ts';
import type { RouterContext, RouterMiddleware } from '@koa/router';
import * as t from 'io-ts';
import jwt from 'koa-jwt';
import { Unavailable } from '../../eventstore/faults.ts';
import { send, type Answer, type RequestState } from '../http/answer.ts';
import { problem } from '../http/problem.ts';
import type { PlacesPerUser } from '../http/places.ts';
import { tooManyRequests, type RateLimit } from '../http/rateLimit.ts';
import { callerFrom, type Caller } from './caller.ts';
import { keysOf, type KeyOptions, type Keys } from './keys.ts';

export interface TokenOptions extends KeyOptions {
  /** Who must have issued a token. Not checked when absent. */
  readonly issuer?: string;
  /** For whom it must be. Not checked when absent. */
  readonly audience?: string;
}

interface TokenState extends RequestState {
  secret?: Keys['secret'];
  claims?: unknown;
  caller?: Caller;
}

/** koa-jwt checks `exp` only where there is one; a token without one would be good for ever. */
const Expiring = t.type({ exp: t.number });

const realm = 'Bearer realm="orderflow"';

const noToken = problem(problemTypes.unauthorized, 'Send a token: Authorization: Bearer …', {
  headers: { 'WWW-Authenticate': realm },
});

/** No error code in the challenge: whoever knows of no tokens has sent none that could be wrong (RFC 6750, section 3.1). */
const otherScheme = problem(
  problemTypes.unauthorized,
  'Expected a token as Authorization: Bearer …, found an authorization of another kind',
  { headers: { 'WWW-Authenticate': realm } },
);

/** Challenge of RFC 6750. Says nothing about what would have been accepted. */
export const invalidToken = (description: string): Answer =>
  problem(problemTypes.unauthorized, description, {
    headers: { 'WWW-Authenticate': `${realm}, error="invalid_token", error_description="${description}"` },
  });

const causeOf = (error: unknown): unknown =>
  error instanceof Error && 'originalError' in error ? error.originalError : undefined;

/** What a token is refused with; rethrows what is no fault of the token. */
const refusalOf = (error: unknown, context: RouterContext): Answer => {
  const cause = causeOf(error);
  if (cause instanceof Unavailable) throw cause;
  const authorization = context.get('Authorization');
  if (authorization === '') return noToken;
  if (!/^Bearer /i.test(authorization)) return otherScheme;
  const expired = cause instanceof Error && cause.name === 'TokenExpiredError';
  return invalidToken(expired ? 'The token has expired: get a new one' : 'The token is not valid here');
};

const tooManyAtOnce = tooManyRequests(
  'Too many of your requests are being answered at the same time: wait until one of them is done',
  1,
);

/** How callers are known, how often they may ask, and how much at once. */
export interface Access {
  readonly tokens: TokenOptions;
  readonly rateLimit: Pick<RateLimit, 'admitsUser'>;
  /** So that nobody can take all the places there are, as by requests whose bodies never come. */
  readonly perUser: PlacesPerUser;
}

/** Goes on with the request as the caller's, unless it is one too many, in a while or at once. */
export const goOnAs = async (
  caller: Caller,
  context: RouterContext,
  next: () => Promise<unknown>,
  { rateLimit, perUser }: Access,
): Promise<void> => {
  const state: TokenState = context.state;
  state.caller = caller;
  state.about = { ...state.about, userId: caller.userId };
  if (!(await rateLimit.admitsUser(context, caller.userId))) return;
  const leave = perUser.take(caller.userId);
  if (leave === undefined) return send(context, tooManyAtOnce);
  try {
    await next();
  } finally {
    leave();
  }
};

/** Lets through whoever has a valid token and does not ask too often; `callerOf` then tells who it is. */
export const authenticates = (access: Access): RouterMiddleware => {
  const { issuer, audience, ...keyOptions } = access.tokens;
  const { algorithms, secret } = keysOf(keyOptions);
  // koa-jwt takes key objects, but its types know only of strings; `state.secret`, which it prefers, has no type.
  const unused = () => Promise.reject(new Error('state.secret is set for every request'));
  const verify = jwt({ secret: unused, key: 'claims', algorithms, issuer, audience });
  return async (context, next) => {
    const state: TokenState = context.state;
    state.secret = secret;
    try {
      await verify(context, () => Promise.resolve());
    } catch (error) {
      return send(context, refusalOf(error, context));
    }
    if (!Expiring.is(state.claims)) return send(context, invalidToken('The token must have an exp'));
    const caller = callerFrom(state.claims);
    if (caller === undefined) return send(context, invalidToken('The token must have a sub, and roles as an array'));
    await goOnAs(caller, context, next, access);
  };
};

/** Who sent the request; only for routes behind `authenticates`. */
export const callerOf = (context: RouterContext): Caller => {
  const { caller }: TokenState = context.state;
  if (caller === undefined) throw new Error(`${context.path} needs to know its caller: put it behind authenticates`);
  return caller;
};
