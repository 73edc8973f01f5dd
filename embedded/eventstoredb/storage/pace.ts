/** What a commit stores: how many events, and their bytes. */
export interface CommitSize {
  readonly events: number;
  readonly bytes: number;
}

/** A commit of up to so much is made on the spot, as long as the disk is quick. */
const SMALL: CommitSize = { events: 8, bytes: 65_536 };
/** Milliseconds that a commit may hold up the node, on average; when it is more, so many commits are left to lmdb's own thread. */
const QUICK = 2;
const COMMITS_AFTER_TROUBLE = 100;
/** A commit counts for a tenth of the average: every disk has a slow moment now and then, and few have many in ten. */
const WEIGHT = 1 / 10;

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
 * for a disk, reads and deliveries wait with it. So once the disk is slow, one commit in a hundred finds out whether it
 * still is: the average goes on from the bound, and the next commit alone pushes it over, or does not.
 */
export const createPace = (): Pace => {
  let average = 0;
  let leftToThread = 0;
  const leaveToThread = (): void => {
    average = QUICK;
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
      average += (milliseconds - average) * WEIGHT;
      if (average > QUICK) leaveToThread();
    },
    failed: leaveToThread,
  };
};
