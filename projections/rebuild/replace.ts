import type { EventStore } from '../../eventstore/connection.ts';
import type { Database } from '../database.ts';
import type { Feed } from '../feed.ts';
import { holdLease } from '../hold.ts';
import { acquire } from '../lease.ts';
import type { Projection } from '../projection.ts';
import type { FillingSettings } from '../settings.ts';
import type { Slot } from '../slots.ts';
import type { OnProgress } from './progress.ts';
import { createReplacement, type Replacement } from './replacement.ts';

/** What filling a slot beside the live one takes. */
export interface Means {
  readonly database: Database;
  readonly eventStore: EventStore;
  readonly feed: Feed;
  /** Names whoever fills among others. */
  readonly holder: string;
  readonly settings: FillingSettings;
}

export interface Attempt {
  /** The definition by which the slot is filled. */
  readonly projection: Projection;
  readonly live: Slot;
  readonly fresh: Slot;
  readonly onProgress?: OnProgress;
  readonly signal: AbortSignal;
}

/**
 * Does `work` with a slot that is to replace the live one, while holding the lease on it.
 * @returns what `work` does; undefined when somebody else holds the lease
 * @throws what `work` throws; TakenOver or Unavailable when the lease was lost
 */
export const replace = async <A>(
  { holder, settings, ...means }: Means,
  { fresh, signal, ...attempt }: Attempt,
  work: (replacement: Replacement) => Promise<A>,
): Promise<{ readonly done: A } | undefined> => {
  const { query } = means.database;
  const lease = await acquire(query, fresh.name, holder, settings.lease.duration);
  if (lease === undefined) return undefined;
  const done = await holdLease(query, lease, settings.lease, signal, async (holding) =>
    work(await createReplacement({ ...means, ...attempt, lease, settings, signal: holding })),
  );
  return { done };
};
