import { setTimeout as delay } from 'node:timers/promises';

/** Waiting times in milliseconds: doubled from `first` at each try, never above `most`. */
export interface Backoff {
  readonly first: number;
  readonly most: number;
}

/** Milliseconds to wait before try number `tries` (from 0), spread by up to a quarter so that many do not come at once. */
export const waitBefore = ({ first, most }: Backoff, tries: number): number =>
  Math.min(most, first * 2 ** Math.min(tries, 30)) * (0.75 + Math.random() / 4);

/** Resolves after `milliseconds`, or as soon as `signal` aborts; never rejects. */
export const pause = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
  if (signal?.aborted === true) return;
  await delay(milliseconds, undefined, { signal, ref: false }).catch((error: unknown) => {
    if (signal?.aborted !== true) throw error;
  });
};
