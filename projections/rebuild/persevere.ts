import { pause } from '../../eventstore/backoff.ts';
import { messageOf, Unavailable } from '../../eventstore/faults.ts';
import { TakenOver } from '../hold.ts';
import type { OnProgress } from './progress.ts';

/** What an attempt came to: it is done, or another instance fills the slot. */
export type Attempted<A> = { readonly done: A } | { readonly filledByOthers: string };

export interface Perseverance {
  /** Milliseconds between two attempts. */
  readonly retry: number;
  readonly onProgress: OnProgress | undefined;
  readonly signal: AbortSignal;
}

const attemptUntilDone = async <A>(
  { retry, onProgress, signal }: Perseverance,
  attempt: () => Promise<Attempted<A>>,
): Promise<A> => {
  for (;;) {
    signal.throwIfAborted();
    try {
      const result = await attempt();
      if ('done' in result) return result.done;
      onProgress?.({ phase: 'standing by', slot: result.filledByOthers });
    } catch (error) {
      if (error instanceof Unavailable) onProgress?.({ phase: 'waiting', why: messageOf(error) });
      else if (!(error instanceof TakenOver)) throw error;
    }
    await pause(retry, signal);
  }
};

/**
 * Attempts something until it is done, through whatever passes: something that is away, or another instance at the same work.
 * Each attempt begins with looking at how things stand, for that may have changed.
 * @param look answers with what it came to if it is done already: asked when `signal` has aborted, which may be just after that
 * @throws the signal's reason when it aborts before that; any other fault
 */
export const persevere = async <A>(
  perseverance: Perseverance,
  look: () => Promise<A | undefined>,
  attempt: () => Promise<Attempted<A>>,
): Promise<A> => {
  try {
    return await attemptUntilDone(perseverance, attempt);
  } catch (error) {
    if (error !== perseverance.signal.reason) throw error;
    // A database that does not answer cannot say that it is done.
    const done = await look().catch(() => undefined);
    if (done === undefined) throw error;
    return done;
  }
};
