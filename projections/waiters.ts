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
  const waiting = new Map<Key, Set<(found: Found | undefined) => void>>();
  const release = (key: Key, found: Found | undefined): void => {
    for (const resolve of waiting.get(key) ?? []) resolve(found);
  };
  const register = (key: Key, waiter: (found: Found | undefined) => void): void => {
    const others = waiting.get(key);
    if (others === undefined) waiting.set(key, new Set([waiter]));
    else others.add(waiter);
  };
  const forget = (key: Key, waiter: (found: Found | undefined) => void): void => {
    const others = waiting.get(key);
    others?.delete(waiter);
    if (others?.size === 0) waiting.delete(key);
  };
  return {
    wait: (key, signal) =>
      new Promise((resolve) => {
        const end = (found: Found | undefined): void => {
          forget(key, end);
          signal.removeEventListener('abort', abort);
          resolve(found);
        };
        const abort = (): void => end(undefined);
        if (signal.aborted) return resolve(undefined);
        register(key, end);
        signal.addEventListener('abort', abort);
      }),
    settle: release,
    keys: () => [...waiting.keys()],
    has: (key) => waiting.has(key),
    size: () => waiting.size,
    close: () => [...waiting.keys()].forEach((key) => release(key, undefined)),
  };
};
