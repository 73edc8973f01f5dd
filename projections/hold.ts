import { pause } from '../eventstore/backoff.ts';
import { Unavailable } from '../eventstore/faults.ts';
import type { Query } from './database.ts';
import { release, renew, type Lease } from './lease.ts';

export interface LeaseSettings {
  /** Milliseconds for which a lease holds unless it is renewed; it is renewed three times as often. */
  readonly duration: number;
  /** Milliseconds until the next attempt after a fault, or while somebody else holds the lease. */
  readonly retry: number;
}

/** Another runner fills the slot: what this one was about to write was refused. */
export class TakenOver extends Error {
  override readonly name = 'TakenOver';

  constructor(slot: string) {
    super(`another instance has taken over ${slot}: standing by`);
  }
}

/**
 * Does `work` while renewing the lease, and gives the lease back afterwards. The signal that `work` gets aborts when
 * `stopping` does, or when the lease can no longer be renewed.
 * @returns what `work` does
 * @throws what `work` throws; TakenOver or Unavailable when the lease was lost
 */
export const holdLease = async <A>(
  query: Query,
  lease: Lease,
  { duration }: LeaseSettings,
  stopping: AbortSignal,
  work: (signal: AbortSignal) => Promise<A>,
): Promise<A> => {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  const signal = AbortSignal.any([stopping, ending.signal]);

  const keep = async (): Promise<void> => {
    for (;;) {
      await pause(duration / 3, signal);
      if (signal.aborted) return;
      if (!(await renew(query, lease, duration))) throw new TakenOver(lease.slot);
    }
  };

  const [worked, kept] = await Promise.allSettled([work(signal).finally(end), keep().finally(end)]);
  await release(query, lease).catch((error: unknown) => {
    // A lease that nobody can be told of runs out by itself.
    if (!(error instanceof Unavailable)) throw error;
  });
  // Work that had to end early says no more than that.
  if (kept.status === 'rejected') throw kept.reason;
  if (worked.status === 'rejected') throw worked.reason;
  return worked.value;
};
