import pg from 'pg';
import type { LogEvent } from '../eventstore/logEvent.ts';
import { commit } from './commit.ts';
import { isMissing, type Query } from './database.ts';
import { TakenOver } from './hold.ts';
import type { Lease } from './lease.ts';
import { BadEvent, planOf, type Plan, type Skips } from './plan.ts';
import type { Projection } from './projection.ts';

/** A slot that is being filled. */
export interface Filling {
  readonly query: Query;
  readonly projection: Projection;
  /** What it does without. */
  readonly skips: Skips;
  readonly lease: Lease;
  /** Milliseconds for which every commit renews the lease. */
  readonly duration: number;
}

/** Data exceptions and violated constraints: what was written is to blame, not the database. */
const refusesData = (error: unknown): boolean => error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? '');

/** Commits a plan for `events`; when the database refuses what they say, finds the one that it refuses. */
const write = async (filling: Filling, before: bigint, plan: Plan, events: ReadonlyArray<LogEvent>): Promise<void> => {
  const { query, projection, lease, duration } = filling;
  try {
    if (!(await commit(query, lease, before, plan, duration))) throw new TakenOver(lease.slot);
  } catch (error) {
    // Dropped under our hands.
    if (isMissing(error)) throw new TakenOver(lease.slot);
    const [first, ...others] = events;
    if (!refusesData(error) || first === undefined) throw error;
    if (others.length === 0) throw new BadEvent(projection.name, first, error);
    const middle = Math.ceil(events.length / 2);
    await apply(filling, await apply(filling, before, events.slice(0, middle)), events.slice(middle));
  }
};

/**
 * Brings a slot that stands at the position `before` up to the last of `events`, in one commit wherever that can be.
 * @returns the position reached
 * @throws BadEvent at an event that cannot be applied, when all before it are
 * @throws TakenOver when somebody else fills the slot by now
 */
export const apply = async (filling: Filling, before: bigint, events: ReadonlyArray<LogEvent>): Promise<bigint> => {
  let position = before;
  // What stands before the checkpoint is in the rows: a sum would have it twice, whoever hands it in again.
  for (let rest = events.filter((event) => event.position > before); rest.length > 0;) {
    const plan = planOf(filling.projection, position, rest, filling.skips);
    if (plan.taken > 0) await write(filling, position, plan, rest.slice(0, plan.taken));
    if (plan.stop !== undefined) throw plan.stop;
    position = plan.position;
    rest = rest.slice(plan.taken);
  }
  return position;
};

/**
 * Moves the checkpoint of a slot that has all there is to have from `before` up to `position`, where no event stands any more.
 * @throws TakenOver when somebody else fills the slot by now
 */
export const pass = async ({ query, lease, duration }: Filling, before: bigint, position: bigint): Promise<void> => {
  const nothing = { changes: [], taken: 0, position };
  if (!(await commit(query, lease, before, nothing, duration))) throw new TakenOver(lease.slot);
};
