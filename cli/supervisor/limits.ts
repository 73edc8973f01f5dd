/** When the supervisor acts. Times in milliseconds. */
export interface Limits {
  /** Until a process that was started must be ready. */
  readonly startTimeoutMs: number;
  /** Without an answer on `/health/live`, until a process is killed and started again. */
  readonly hangAfterMs: number;
  /** After it was asked to stop, until a process is killed. */
  readonly stopTimeoutMs: number;
  /** The same, when the user is in a hurry. */
  readonly hurryMs: number;
  /** After the supervisor was killed, until what is left of its processes is killed, too. */
  readonly orphanGraceMs: number;
  /** Pause before the first restart; doubled for each further one, up to the longest. */
  readonly backoffMs: number;
  readonly longestBackoffMs: number;
  /** A process that ran for so long was sound: when it ends, the pauses begin with the first again. */
  readonly soundAfterMs: number;
  /** How often a process that was never ready is tried before it is given up. */
  readonly firstTries: number;
}

export const defaultLimits: Limits = {
  startTimeoutMs: 60_000,
  hangAfterMs: 10_000,
  stopTimeoutMs: 10_000,
  hurryMs: 2_000,
  orphanGraceMs: 5_000,
  backoffMs: 100,
  longestBackoffMs: 10_000,
  soundAfterMs: 30_000,
  firstTries: 3,
};
