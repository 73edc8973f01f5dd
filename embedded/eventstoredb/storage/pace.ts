/** What a commit stores: how many events, and their bytes. */
export interface CommitSize {
  readonly events: number;
  readonly bytes: number;
}

/** A commit of up to so much is made on the spot, as long as the disk is quick. */
const SMALL: CommitSize = { events: 8, bytes: 65_536 };
/** Milliseconds that a commit may hold up the node; after a slower one, so many commits are left to lmdb's own thread. */
const QUICK = 2;
const COMMITS_AFTER_TROUBLE = 100;

/** Decides where commits are made: on the spot, by this thread, or by lmdb's own. */
export interface Pace {
  /** Whether the next commit is to be made on the spot. To be asked once for each commit. */
  readonly isOnTheSpot: (size: CommitSize) => boolean;
  /** A commit on the spot took so many milliseconds. */
  readonly took: (milliseconds: number) => void;
  /** A commit failed. lmdb may hold a lock for good then: its own thread can be left waiting for that, this one cannot. */
  readonly failed: () => void;
}

/**
 * Handing a commit to lmdb's thread and back costs a lone append up to a third of its time; but while this thread waits
 * for a disk, reads and deliveries wait with it. So one commit in a hundred, at most, finds out that the disk is slow.
 */
export const createPace = (): Pace => {
  let leftToThread = 0;
  const leaveToThread = (): void => {
    leftToThread = COMMITS_AFTER_TROUBLE;
  };
  return {
    isOnTheSpot: ({ events, bytes }) => {
      if (events > SMALL.events || bytes > SMALL.bytes) return false;
      if (leftToThread === 0) return true;
      leftToThread--;
      return false;
    },
    took: (milliseconds) => {
      if (milliseconds > QUICK) leaveToThread();
    },
    failed: leaveToThread,
  };
};
