import type { EventStore } from '../eventstore/connection.ts';
import { readLogAt } from '../eventstore/logAt.ts';
import { recordSkip } from '../eventstore/skip.ts';
import type { Query } from './database.ts';
import type { Projection } from './projection.ts';

export interface Skip {
  /** Position of the event at which the projection has stopped. */
  readonly position: bigint;
  /** Who decides, and why. */
  readonly by: string;
  readonly reason: string;
}

interface Stop {
  readonly slot: string;
  readonly stopped_at: string;
}

const stopsOf = (query: Query, { name }: Projection): Promise<ReadonlyArray<Stop>> =>
  query<Stop>(
    `SELECT slot, stopped_at FROM projections.reports JOIN projections.slots USING (slot)
     WHERE projection = $1 AND state = 'stopped'`,
    [name],
  );

/**
 * Records that a projection does without the event at which it has stopped. Whoever fills it reads that at its next attempt
 * and goes on behind the event, and so does every rebuild. For exactly this event, and no other projection.
 * @returns whether that was recorded now, rather than before
 * @throws Error when no slot of the projection has stopped there
 */
export const skip = async (
  query: Query,
  eventStore: EventStore,
  projection: Projection,
  { position, by, reason }: Skip,
): Promise<boolean> => {
  const stops = await stopsOf(query, projection);
  if (!stops.some(({ stopped_at }) => BigInt(stopped_at) === position)) {
    const found = stops.map(({ slot, stopped_at }) => `${slot} at ${stopped_at}`).join(', ') || 'that it goes on';
    throw new Error(
      `expected ${projection.name} to have stopped at position ${position}, found ${found}: nothing was skipped`,
    );
  }
  const event = await readLogAt(eventStore, position);
  if (event === undefined) throw new Error(`expected an event at position ${position} of the log, found none`);
  return recordSkip(eventStore, { projection: projection.name, event, by, reason });
};
