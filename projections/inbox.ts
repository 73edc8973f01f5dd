/**
 * What is on its way to one reader. Holds no more than so many items: a reader who is too slow finds that some were missed,
 * and reads elsewhere what they were.
 */
export interface Inbox<Item> {
  /** Adds an item, or drops them all when there are too many. */
  readonly put: (item: Item) => void;
  /** Has the reader know that items were missed. */
  readonly miss: () => void;
  /** Whether items were missed since the last `begin`. Nothing is taken in while they are. */
  readonly hasMissed: () => boolean;
  /** Takes in whatever comes from now on. */
  readonly begin: () => void;
  readonly take: () => Item | undefined;
  /** Ends the wait for a change. */
  readonly wake: () => void;
  /** Resolves as soon as `put`, `miss` or `wake` is called. */
  readonly changed: () => Promise<void>;
}

export const createInbox = <Item>(capacity: number): Inbox<Item> => {
  let items: Item[] = [];
  let missed = false;
  let wake = (): void => undefined;
  const miss = (): void => {
    missed = true;
    items = [];
    wake();
  };
  return {
    put: (item) => {
      if (missed) return;
      if (items.length === capacity) return miss();
      items.push(item);
      wake();
    },
    miss,
    hasMissed: () => missed,
    begin: () => {
      missed = false;
    },
    take: () => items.shift(),
    wake: () => wake(),
    changed: () => new Promise((resolve) => (wake = resolve)),
  };
};
