import type { Context, Middleware } from 'koa';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { problemTypes } from '../../api/problems.ts';
import { addressKey } from './address.ts';
import { send, type Answer, type RequestState } from './answer.ts';
import { isHealth } from './health.ts';
import { problem } from './problem.ts';

export interface RateLimitOptions {
  /** Requests that one user may send in a window. */
  readonly perUser: number;
  /** Requests that may come from one address in a window without naming a user. */
  readonly perAddress: number;
  /** Seconds. */
  readonly window?: number;
}

/** Seconds of a window, unless configured otherwise. */
export const usualWindow = 10;

export interface RateLimit {
  /** Counts the request as the user's; answers whether it may go on, or has sent that it may not. */
  readonly admitsUser: (context: Context, userId: string) => Promise<boolean>;
  /**
   * Around everything: counts what named no user by where it came from, before anything is done for what cannot name one,
   * and afterwards where that turned out.
   */
  readonly limitsStrangers: Middleware;
}

const seconds = (milliseconds: number): number => Math.ceil(milliseconds / 1_000);

/** Refuses what one user, or address, asks for beyond its share. @param retryAfter seconds */
export const tooManyRequests = (detail: string, retryAfter: number): Answer =>
  problem(problemTypes.tooManyRequests, detail, { headers: { 'Retry-After': String(retryAfter) } });

const tooMany = (retryAfter: number): Answer =>
  tooManyRequests(`Too many requests in a short time: send the next one in ${retryAfter} seconds`, retryAfter);

interface Counted {
  /** What the limiter knows now. */
  readonly known: RateLimiterRes;
  readonly isTooMany: boolean;
}

const count = async (limiter: RateLimiterMemory, key: string): Promise<Counted> => {
  try {
    return { known: await limiter.consume(key), isTooMany: false };
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return { known: refusal, isTooMany: true };
    throw refusal;
  }
};

/** Whether it may turn out to be a known user's: it has a token or a ticket, good or not. */
const showsSomething = (context: Context): boolean =>
  context.get('Authorization') !== '' || context.query['ticket'] !== undefined;

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ */
const tell = (context: Context, policy: string, limiter: RateLimiterMemory, { known, isTooMany }: Counted): void => {
  const resetIn = seconds(known.msBeforeNext);
  if (isTooMany) send(context, tooMany(resetIn));
  context.set('RateLimit-Policy', `"${policy}";q=${limiter.points};w=${limiter.duration}`);
  context.set('RateLimit', `"${policy}";r=${known.remainingPoints};t=${resetIn}`);
};

/**
 * Limits the rate of requests, in this process: with n gateways a user has n times as many. Who is counted is forgotten at
 * the end of their window, so what is kept is bounded by the requests that can arrive in one.
 */
export const createRateLimit = ({ perUser, perAddress, window = usualWindow }: RateLimitOptions): RateLimit => {
  const users = new RateLimiterMemory({ points: perUser, duration: window });
  const strangers = new RateLimiterMemory({ points: perAddress, duration: window });
  return {
    admitsUser: async (context, userId) => {
      const state: RequestState = context.state;
      state.isCounted = true;
      const counted = await count(users, userId);
      tell(context, 'user', users, counted);
      return !counted.isTooMany;
    },
    limitsStrangers: async (context, next) => {
      if (isHealth(context.path)) return void (await next());
      if (!showsSomething(context)) {
        const counted = await count(strangers, addressKey(context.ip));
        tell(context, 'address', strangers, counted);
        return counted.isTooMany ? undefined : void (await next());
      }
      const before = new Set(Object.keys(context.response.headers));
      await next();
      const state: RequestState = context.state;
      if (state.isCounted) return;
      const counted = await count(strangers, addressKey(context.ip));
      // Nothing is left of the answer in whose place another one is sent.
      const ofAnswer = Object.keys(context.response.headers).filter((name) => !before.has(name));
      if (counted.isTooMany) for (const name of ofAnswer) context.remove(name);
      tell(context, 'address', strangers, counted);
    },
  };
};
