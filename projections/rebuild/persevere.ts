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

/**
 * Attempts something until it is done, through whatever passes: something that is away, or another instance at the same work.
 * Each attempt begins with looking at how things stand, for that may have changed.
 * @throws the signal's reason when it aborts; any other fault
 */
export const persevere = async <A>(
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
