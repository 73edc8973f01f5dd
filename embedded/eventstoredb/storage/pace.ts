/** Commits of up to so many events are made on the spot, as long as the disk is quick. */
const SMALL_COMMIT = 8;
/** Milliseconds that a commit may hold up the node; after a slower one, so many commits are left to lmdb's own thread. */
const QUICK_COMMIT = 2;
const COMMITS_AFTER_SLOW = 100;

/** Where commits are made: at once by this thread, or by lmdb's own. */
export interface Pace {
  readonly isOnTheSpot: (events: number) => boolean;
  /** Makes a commit and learns from how long it took. */
  readonly onTheSpot: (commit: () => void) => void;
}

/**
 * Handing a commit to lmdb's thread and back costs a lone append up to a third of its time; but while this thread waits
 * for a slow disk, reads and deliveries wait with it.
 * @param now milliseconds.
 */
export const createPace = (now: () => number = () => performance.now()): Pace => {
  let leftToThread = 0;
  return {
    isOnTheSpot: (events) => {
      if (events > SMALL_COMMIT) return false;
      if (leftToThread === 0) return true;
      leftToThread--;
      return false;
    },
    onTheSpot: (commit) => {
      const since = now();
      commit();
      if (now() - since > QUICK_COMMIT) leftToThread = COMMITS_AFTER_SLOW;
    },
  };
};
