/** Items by key, any number for each. A key without items takes no room. */
export interface Grouped<Key, Item> {
  readonly add: (key: Key, item: Item) => void;
  readonly remove: (key: Key, item: Item) => void;
  readonly of: (key: Key) => ReadonlySet<Item>;
  readonly has: (key: Key) => boolean;
  readonly keys: () => ReadonlyArray<Key>;
  /** How many different keys have items. */
  readonly size: () => number;
}

export const createGrouped = <Key, Item>(): Grouped<Key, Item> => {
  const groups = new Map<Key, Set<Item>>();
  const nothing: ReadonlySet<Item> = new Set<Item>();
  return {
    add: (key, item) => {
      const others = groups.get(key);
      if (others === undefined) groups.set(key, new Set([item]));
      else others.add(item);
    },
    remove: (key, item) => {
      const others = groups.get(key);
      others?.delete(item);
      if (others?.size === 0) groups.delete(key);
    },
    of: (key) => groups.get(key) ?? nothing,
    has: (key) => groups.has(key),
    keys: () => [...groups.keys()],
    size: () => groups.size,
  };
};
