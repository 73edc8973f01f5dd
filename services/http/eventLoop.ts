import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface EventLoopOptions {
  /** Milliseconds by which timers come late on average when the loop counts as late. */
  readonly limit: number;
  /** Milliseconds that each average is taken over. */
  readonly every?: number;
}

export interface EventLoop {
  /** Milliseconds by which timers came late on average when that was last looked at. */
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
  let delay = 0;
  const sampling = setInterval(() => {
    delay = histogram.mean / 1e6 - resolution;
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
