/** Tells how far the log goes. */
export interface LogEnd {
  /** Whether the log ends before `position`, so that no answer can have told it. Rejects when the event store does not say. */
  readonly isBefore: (position: bigint) => Promise<boolean>;
}

interface Look {
  /** The least position beyond which somebody wants to know of an event. */
  known: bigint;
  readonly newest: Promise<bigint | undefined>;
}

/**
 * Looks once for all who ask at a time. Whoever asks while a look is on its way gets the next one: it may have passed the
 * end before what they were told of stood there.
 * @param newestBeyond position of the newest event beyond a position, undefined where there is none
 */
export const createLogEnd = (newestBeyond: (known: bigint) => Promise<bigint | undefined>): LogEnd => {
  let before: Promise<unknown> = Promise.resolve();
  let next: Look | undefined;

  const begin = (known: bigint): Look => {
    const newest = before.then(() => {
      next = undefined;
      return newestBeyond(look.known);
    });
    const look: Look = { known, newest };
    // Whether it fails concerns those who asked, and not the look after it.
    before = newest.catch(() => undefined);
    return look;
  };

  return {
    isBefore: async (position) => {
      if (position <= 0n) return false;
      const known = position - 1n;
      next ??= begin(known);
      if (known < next.known) next.known = known;
      const newest = await next.newest;
      return newest === undefined || newest < position;
    },
  };
};
