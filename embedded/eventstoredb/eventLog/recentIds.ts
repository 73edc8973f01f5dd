/** Which events were appended lately, by id: what makes an append with expectation `any` idempotent. */
export interface RecentIds {
  /** The revision under which the stream got this id, if that was lately. The same id in another stream is unknown. */
  readonly revision: (streamNumber: bigint, id: string) => bigint | undefined;
  readonly add: (streamNumber: bigint, id: string, revision: bigint) => void;
  /**
   * Forgets the oldest ids. To be called after a commit only: an id added before the last call is still known, so that
   * events of the commit under way always are.
   */
  readonly trim: () => void;
  readonly clear: () => void;
}

interface Place {
  readonly streamNumber: bigint;
  readonly revision: bigint;
}

/** Remembers at least the last `capacity` ids (about 200 bytes each), at most twice as many. */
export const createRecentIds = (capacity: number): RecentIds => {
  let young = new Map<string, Place>();
  let old = new Map<string, Place>();
  return {
    revision: (streamNumber, id) => {
      const place = young.get(id) ?? old.get(id);
      return place?.streamNumber === streamNumber ? place.revision : undefined;
    },
    add: (streamNumber, id, revision) => {
      young.set(id, { streamNumber, revision });
    },
    trim: () => {
      if (young.size < capacity) return;
      old = young;
      young = new Map();
    },
    clear: () => {
      young = new Map();
      old = new Map();
    },
  };
};
