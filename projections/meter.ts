/** How fast something goes, measured over the last seconds. */
export interface Meter {
  /** So many events more were applied, and this position is reached now. */
  readonly count: (events: number, position: bigint) => void;
  /** Events per second. */
  readonly rate: () => number;
  /** Milliseconds until `target` is reached at the present speed; undefined while that is not known. */
  readonly timeTo: (target: bigint) => number | undefined;
}

interface Sample {
  readonly at: number;
  readonly events: number;
  readonly position: bigint;
}

/** Milliseconds that the measurement looks back. */
const window = 5_000;

/**
 * Positions are byte offsets on a real server, so speed over the log is one measurement, and events per second another.
 * @param now a monotonic clock, in milliseconds
 */
export const createMeter = (start: bigint, now: () => number = () => performance.now()): Meter => {
  const samples: [Sample, ...Sample[]] = [{ at: now(), events: 0, position: start }];
  const latest = (): Sample => samples.at(-1) ?? samples[0];

  const forget = (): void => {
    for (let second = samples[1]; second !== undefined && second.at < now() - window; second = samples[1])
      samples.splice(0, 1);
  };
  const seconds = (): number => {
    forget();
    return (now() - samples[0].at) / 1_000;
  };

  return {
    count: (events, position) => {
      forget();
      samples.push({ at: now(), events: latest().events + events, position });
    },
    rate: () => {
      const took = seconds();
      return took > 0 ? (latest().events - samples[0].events) / took : 0;
    },
    timeTo: (target) => {
      const took = seconds();
      const { position } = latest();
      const passed = Number(position - samples[0].position);
      return passed > 0 ? (Number(target - position) / passed) * took * 1_000 : undefined;
    },
  };
};
