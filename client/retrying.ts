import type { Options } from 'got';
import { isProblem } from './answer.ts';

/** Milliseconds to wait before a further attempt: doubled from `first` each time, never above `most`. */
export interface Backoff {
  readonly first: number;
  readonly most: number;
}

/** What is answered when the same may be had later: by a gateway, or by a proxy on the way that reaches none. */
export const passing: ReadonlyArray<number> = [429, 502, 503, 504];

/** Whoever is told to come back later than this (milliseconds) is better told so at once. */
const longestWait = 30_000;

type Retrying = Pick<
  Options['retry'],
  'limit' | 'methods' | 'statusCodes' | 'maxRetryAfter' | 'enforceRetryRules' | 'calculateDelay'
>;

/**
 * What is sent again, and when. All that this client sends may be: reading and replacing are idempotent, and what is
 * posted carries an `Idempotency-Key`, the same each time. So what has an outcome that nobody knows is sent again as well:
 * the answer to the next attempt tells what became of the first. A gateway's own 504 is not, since it has waited already;
 * another's, of a proxy on the way, is.
 * @param limit attempts after the first.
 */
export const retrying = (limit: number, { first, most }: Backoff): Retrying => ({
  limit,
  methods: ['GET', 'POST', 'PUT'],
  statusCodes: [...passing],
  maxRetryAfter: longestWait,
  enforceRetryRules: true,
  calculateDelay: ({ attemptCount, retryAfter, error: { response } }) => {
    if (response?.statusCode === 504 && isProblem(response)) return 0;
    // Spread by up to a quarter, so that many who were turned away together do not come back together.
    const wait = Math.min(most, first * 2 ** (attemptCount - 1)) * (0.75 + Math.random() / 4);
    return (retryAfter ?? 0) + wait;
  },
});
