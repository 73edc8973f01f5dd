import { setTimeout as delay } from 'node:timers/promises';

export interface ProbeOptions {
  /** Milliseconds without an answer after which a process counts as hanging. */
  readonly hangAfterMs: number;
  readonly signal: AbortSignal;
}

/** Probes that must fail in a row: one late answer on a busy machine, or a laptop that slept, is no hang. */
const failuresInARow = 5;

/** Asks `/health/live` again and again; fulfilled when a process hangs, or when `signal` says to stop asking. */
export const untilItHangs = async (health: string, { hangAfterMs, signal }: ProbeOptions): Promise<void> => {
  const pace = hangAfterMs / failuresInARow;
  for (let failures = 0; failures < failuresInARow && !signal.aborted;) {
    const [alive] = await Promise.all([isAlive(health, pace), pause(pace, signal)]);
    failures = alive ? 0 : failures + 1;
  }
};

const isAlive = async (health: string, timeoutMs: number): Promise<boolean> => {
  try {
    const answer = await fetch(`${health}/health/live`, { signal: AbortSignal.timeout(timeoutMs) });
    return answer.ok;
  } catch {
    // Refused, reset or late are one and the same here: no sign of life.
    return false;
  }
};

/** Ends early, without an error, when told to. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
