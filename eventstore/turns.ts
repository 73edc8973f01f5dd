/** Runs work of one key one at a time, in the order of asking; work of different keys runs at once. */
export type Turns = <A>(key: string, work: () => Promise<A>) => Promise<A>;

/** By hand: twelve lines, and a wallet must never be written by two handlers of one process. */
export const createTurns = (): Turns => {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const previous = last.get(key) ?? Promise.resolve();
    const mine = previous.then(work, work);
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
};
