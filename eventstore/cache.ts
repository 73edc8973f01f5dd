/** A map that holds `size` entries at most and drops the one unused for longest. */
export interface Cache<Value> {
  readonly get: (key: string) => Value | undefined;
  readonly set: (key: string, value: Value) => void;
  readonly drop: (key: string) => void;
}

/** Built on the insertion order of Map: what is used is put at the end, what is dropped comes from the front. */
export const createCache = <Value>(size: number): Cache<Value> => {
  const entries = new Map<string, Value>();
  const set = (key: string, value: Value): void => {
    entries.delete(key);
    entries.set(key, value);
    if (entries.size <= size) return;
    for (const oldest of entries.keys()) return void entries.delete(oldest);
  };
  return {
    get: (key) => {
      const value = entries.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
    set,
    drop: (key) => void entries.delete(key),
  };
};
