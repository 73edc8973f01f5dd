import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface EventLoopOptions {
  /** Milliseconds by which timers come late, at an average moment, when the loop counts as late. */
  readonly limit: number;
  /** Milliseconds that each average is taken over. */
  readonly every?: number;
}

export interface EventLoop {
  /** Milliseconds by which timers came late in the better one of the last two times that was looked at. */
  readonly delay: () => number;
  /** Whether that is more than the limit. */
  readonly isLate: () => boolean;
  readonly stop: () => void;
}

/** Milliseconds between two looks at the clock. */
const resolution = 10;

/** Watches how late this process is. A single pause, as of a garbage collection, does not count; one after the other do. */
export const watchEventLoop = ({ limit, every = 1_000 }: EventLoopOptions): EventLoop => {
  const histogram = monitorEventLoopDelay({ resolution });
  let last = 0;
  let delay = 0;
  const sampling = setInterval(() => {
    // Of many short waits and a few long ones most of the time is in the long ones: weighted by how long each took.
    const { mean, stddev } = histogram;
    const found = mean > 0 ? (mean + stddev ** 2 / mean) / 1e6 - resolution : 0;
    delay = Math.min(found, last);
    last = found;
    histogram.reset();
  }, every);
  sampling.unref();
  histogram.enable();
  return {
    delay: () => delay,
    isLate: () => delay > limit,
    stop: () => {
      clearInterval(sampling);
      histogram.disable();
    },
  };
};
