/** What was counted between two looks at a counter. */
export interface Rate {
  readonly sinceLast: number;
  /** Whole items a second. */
  readonly perSecond: number;
}

/** Rates of counters from look to look, as infos show them. */
export interface Rates {
  /** The rate of what the counter belongs to, since it was last measured, or since the start. */
  readonly measure: (owner: object, count: number) => Rate;
}

/** @param now milliseconds. */
export const createRates = (now: () => number): Rates => {
  const startedAt = now();
  const last = new WeakMap<object, { readonly count: number; readonly at: number }>();
  return {
    measure: (owner, count) => {
      const at = now();
      const previous = last.get(owner) ?? { count: 0, at: startedAt };
      last.set(owner, { count, at });
      const sinceLast = count - previous.count;
      const elapsed = at - previous.at;
      return { sinceLast, perSecond: elapsed === 0 ? 0 : Math.trunc((sinceLast * 1_000) / elapsed) };
    },
  };
};
