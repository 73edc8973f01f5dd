import { createGrouped } from './grouped.ts';

/** Those who wait, by what they wait for. Costs each of them an entry in a map, and nothing while nothing happens. */
export interface Waiters<Key, Found> {
  /** Registers at once. Resolves with what `settle` gives, or with undefined when `signal` aborts first. */
  readonly wait: (key: Key, signal: AbortSignal) => Promise<Found | undefined>;
  /** Tells all who wait for `key`. */
  readonly settle: (key: Key, found: Found) => void;
  /** What is waited for, each once. */
  readonly keys: () => ReadonlyArray<Key>;
  readonly has: (key: Key) => boolean;
  /** How many different things are waited for. */
  readonly size: () => number;
  /** Lets everybody go, as if their signals had aborted. */
  readonly close: () => void;
}

export const createWaiters = <Key, Found>(): Waiters<Key, Found> => {
  const waiting = createGrouped<Key, (found: Found | undefined) => void>();
  const release = (key: Key, found: Found | undefined): void => {
    for (const resolve of waiting.of(key)) resolve(found);
  };
  return {
    wait: (key, signal) =>
      new Promise((resolve) => {
        const end = (found: Found | undefined): void => {
          waiting.remove(key, end);
          signal.removeEventListener('abort', abort);
          resolve(found);
        };
        const abort = (): void => end(undefined);
        if (signal.aborted) return resolve(undefined);
        waiting.add(key, end);
        signal.addEventListener('abort', abort);
      }),
    settle: release,
    keys: waiting.keys,
    has: waiting.has,
    size: waiting.size,
    close: () => waiting.keys().forEach((key) => release(key, undefined)),
  };
};
