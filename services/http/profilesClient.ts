import { BrokenCircuitError, circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel';
import * as E from 'fp-ts/lib/Either.js';
import got, { HTTPError, type Got } from 'got';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Logger } from 'pino';
import { waitBefore, type Backoff } from '../../eventstore/backoff.ts';
import { Unavailable } from '../../eventstore/faults.ts';
import { faultsOf } from '../../domain/faults.ts';
import { problemTypes } from '../../api/problems.ts';
import { Profile } from '../../api/profile.ts';

export interface ProfilesClientOptions {
  readonly url: string;
  readonly serviceToken: string;
  readonly log: Logger;
  /** Milliseconds that one attempt may take. */
  readonly timeout?: number;
  /** Attempts after the first. */
  readonly retries?: number;
  readonly backoff?: Backoff;
  /** Calls that fail in a row until nobody is asked any more. */
  readonly failuresUntilOpen?: number;
  /** Milliseconds until then one call is let through again. */
  readonly halfOpenAfter?: number;
}

/** The way to the profiles service. Every function throws `Unavailable` when it is away, or does not answer as agreed. */
export interface ProfilesClient {
  readonly find: (userId: string) => Promise<Profile | undefined>;
  readonly save: (userId: string, profile: Profile) => Promise<void>;
  /** Resolves when profiles says that it is ready. */
  readonly ready: () => Promise<void>;
  /** Milliseconds after which every function has settled, whatever happens. */
  readonly longest: number;
}

type Resilience = Required<Pick<ProfilesClientOptions, 'timeout' | 'retries' | 'backoff'>>;

/** Milliseconds of all attempts and of all waits between them. */
const longestOf = ({ timeout, retries, backoff }: Resilience): number => {
  const waits = Array.from({ length: retries }, (_, tries) => Math.min(backoff.most, backoff.first * 2 ** tries));
  return (retries + 1) * timeout + waits.reduce((sum, wait) => sum + wait, 0);
};

const createHttp = (url: string, serviceToken: string, { timeout, retries, backoff }: Resilience): Got =>
  got.extend({
    prefixUrl: url,
    headers: { authorization: `Bearer ${serviceToken}` },
    agent: { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) },
    followRedirect: false,
    timeout: { request: timeout },
    retry: {
      limit: retries,
      methods: ['GET', 'PUT'],
      // 0 is got's word for an error that no retry can help.
      calculateDelay: ({ attemptCount, computedValue }) =>
        computedValue === 0 ? 0 : waitBefore(backoff, attemptCount - 1),
    },
  });

const decode = (body: unknown): Profile => {
  const profile = Profile.decode(body);
  if (E.isRight(profile)) return profile.right;
  // Pointers and expectations only: the values are personal data.
  throw new Error(`expected a profile, found one with faults: ${JSON.stringify(faultsOf(profile.left))}`);
};

/** Whether profiles itself says that it knows nobody of this id; a 404 of anything else at that address says nothing. */
const isNotFound = (error: unknown): boolean =>
  error instanceof HTTPError &&
  error.response.statusCode === problemTypes.profileNotFound.status &&
  String(error.response.body).includes(`"${problemTypes.profileNotFound.type}"`);

const explained = (error: unknown): unknown => {
  if (error instanceof BrokenCircuitError) return new Error('not asked, because it failed too often just now');
  const isRefusal = error instanceof HTTPError && error.response.statusCode === 401;
  return isRefusal ? new Error('it refuses our token: SERVICE_TOKEN must be the same for all services') : error;
};

export const createProfilesClient = (options: ProfilesClientOptions): ProfilesClient => {
  const { url, serviceToken, log, failuresUntilOpen = 5, halfOpenAfter = 1_000 } = options;
  const { timeout = 1_500, retries = 2, backoff = { first: 100, most: 1_000 } } = options;
  const longest = longestOf({ timeout, retries, backoff });
  const http = createHttp(url, serviceToken, { timeout, retries, backoff });
  const breaker = circuitBreaker(handleAll, { halfOpenAfter, breaker: new ConsecutiveBreaker(failuresUntilOpen) });
  breaker.onBreak(() => log.warn({ dependency: 'profiles' }, 'circuit open: profiles is not asked for a while'));
  breaker.onReset(() => log.info({ dependency: 'profiles' }, 'circuit closed: profiles answers again'));

  const attempt = async <A>(call: (signal: AbortSignal) => Promise<A>): Promise<A> => {
    try {
      return await call(AbortSignal.timeout(longest));
    } catch (error) {
      throw new Unavailable('profiles service', explained(error));
    }
  };

  const find = async (userId: string, signal: AbortSignal): Promise<Profile | undefined> => {
    try {
      return decode(await http.get(`profiles/${encodeURIComponent(userId)}`, { signal }).json());
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };

  return {
    find: (userId) => attempt((signal) => breaker.execute(() => find(userId, signal))),
    save: (userId, profile) =>
      attempt(async (signal) => {
        await breaker.execute(() =>
          http.put(`profiles/${encodeURIComponent(userId)}`, { json: Profile.encode(profile), signal }),
        );
      }),
    ready: () =>
      attempt(async (signal) => {
        await http.get('health/ready', { signal, retry: { limit: 0 } });
      }),
    longest,
  };
};
