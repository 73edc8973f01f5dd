/** How long a consumer took to answer, as infos with extra statistics show it. */
export interface Latencies {
  readonly add: (milliseconds: number) => void;
  readonly measurements: () => readonly { readonly key: string; readonly value: number }[];
}

/** As many as the real server looks at. */
const windowSize = 1_000;

/** Name and share of the sorted window, in the real server's order and words (`RequestStatistics.cs`). */
const quantiles: readonly (readonly [string, number])[] = [
  ['Median', 0.5],
  ['Fastest', 0],
  ['Quintile 1', 0],
  ['Quintile 2', 0.2],
  ['Quintile 3', 0.4],
  ['Quintile 4', 0.6],
  ['Quintile 5', 0.8],
  ['90%', 0.9],
  ['95%', 0.95],
  ['99%', 0.99],
  ['99.5%', 0.995],
  ['99.9%', 0.999],
  ['Highest', 1],
];

export const createLatencies = (): Latencies => {
  const window: number[] = [];
  return {
    add: (milliseconds) => {
      window.push(milliseconds);
      if (window.length > windowSize) window.shift();
    },
    measurements: () => {
      if (window.length === 0) return [];
      const sorted = [...window].sort((one, other) => one - other);
      const at = (share: number) => sorted[Math.min(Math.trunc(share * sorted.length), sorted.length - 1)] ?? 0;
      const mean = Math.trunc(sorted.reduce((sum, value) => sum + value, 0) / sorted.length);
      return [{ key: 'Mean', value: mean }, ...quantiles.map(([key, share]) => ({ key, value: at(share) }))];
    },
  };
};

/** For a group without extra statistics. */
export const noLatencies: Latencies = { add: () => undefined, measurements: () => [] };
