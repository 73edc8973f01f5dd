import { setTimeout as delay } from 'node:timers/promises';

/** No answer came in time; whatever was asked for may still happen. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

/** Settles as `promise` does, or rejects with `TimedOut` after `milliseconds`: the client gives its batch appends no deadline of its own. */
export const withTimeout = async <A>(promise: Promise<A>, milliseconds: number, what: string): Promise<A> => {
  const timer = new AbortController();
  const expired = async (): Promise<never> => {
    await delay(milliseconds, undefined, { signal: timer.signal });
    throw new TimedOut(`${what} got no answer within ${milliseconds} ms`);
  };
  try {
    return await Promise.race([promise, expired()]);
  } finally {
    timer.abort();
  }
};
