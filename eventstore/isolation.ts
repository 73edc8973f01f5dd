/** Lets work run side by side, and some of it alone: it waits until all else is done and holds everything new back. */
export interface Isolation {
  readonly together: <A>(work: () => Promise<A>) => Promise<A>;
  readonly alone: <A>(work: () => Promise<A>) => Promise<A>;
  /** Resolves when nothing runs. */
  readonly idle: () => Promise<void>;
}

export const createIsolation = (): Isolation => {
  const running = new Set<Promise<unknown>>();
  let lastAlone: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  const track = <A>(work: Promise<A>): Promise<A> => {
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    running.add(settled);
    void settled.then(() => running.delete(settled));
    return work;
  };

  const idle = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running);
  };

  const together = async <A>(work: () => Promise<A>): Promise<A> => {
    while (waiting > 0) await lastAlone;
    return track(work());
  };

  const alone = <A>(work: () => Promise<A>): Promise<A> => {
    waiting += 1;
    const mine = lastAlone.then(idle).then(work);
    lastAlone = mine
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => {
        waiting -= 1;
      });
    return mine;
  };

  return {
    together,
    alone,
    idle: async () => {
      while (waiting > 0 || running.size > 0) {
        await lastAlone;
        await idle();
      }
    },
  };
};
