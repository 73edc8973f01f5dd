import pg from 'pg';
import { messageOf } from '../eventstore/faults.ts';
import type { LogEvent } from '../eventstore/logEvent.ts';
import { commit, writingOf, type Writing } from './commit.ts';
import { isMissing, type Query } from './database.ts';
import { TakenOver } from './hold.ts';
import type { Lease } from './lease.ts';
import { fitsNot, otherTables } from './misfit.ts';
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

/**
 * Data exceptions, violated constraints, and keys that differ for us but not for the database, such as `1` and `1.0`: what
 * was written is to blame, not the database.
 */
const refusesData = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && /^(21|22|23)/.test(error.code ?? '');

/** A slot may be dropped under our hands; one that is on record all the same has lost tables, and gets them by no waiting. */
const missing = async ({ query, lease, projection: { name } }: Filling, cause: unknown): Promise<Error> => {
  const { slot, epoch } = lease;
  const recorded = await query('SELECT slot FROM projections.slots WHERE slot = $1 AND epoch = $2', [slot, epoch]);
  return recorded.length === 0
    ? new TakenOver(slot)
    : new Error(
        `expected ${slot} with all its tables, found ${messageOf(cause)}: rebuild it with \`orderflow projections rebuild ${name}\``,
        { cause },
      );
};

const undeclared = ({ changes }: Plan): string | undefined => {
  for (const { table, row, sums } of changes)
    for (const column of [...Object.keys(row), ...Object.keys(sums)])
      if (!(column in table.columns) && table.sums?.includes(column) !== true) return `${column} of ${table.name}`;
  return undefined;
};

/** Either the mapping names what its own tables do not have, or these are not the ones by which the slot was made. */
const misfit = ({ lease, projection }: Filling, plan: Plan, cause: unknown): Error => {
  const column = undeclared(plan);
  return column === undefined
    ? otherTables(lease.slot, projection, messageOf(cause), { cause })
    : new Error(
        `expected columns that ${projection.name} declares, found ${column} in its mapping: declare it, and raise \`version\``,
        { cause },
      );
};

/** Events that are to be applied after a position, and all that can be done about them before that is reached. */
export interface Prepared {
  readonly before: bigint;
  readonly events: ReadonlyArray<LogEvent>;
  readonly plan: Plan;
  readonly writing: Writing;
}

/** What stands before the checkpoint is in the rows: a sum would have it twice, whoever hands it in again. */
export const prepare = (
  { projection, skips, lease }: Filling,
  before: bigint,
  given: ReadonlyArray<LogEvent>,
): Prepared => {
  const events = given.filter(({ position }) => position > before);
  const plan = planOf(projection, before, events, skips);
  return { before, events, plan, writing: writingOf(lease.slot, plan) };
};

/** Commits what the plan covers; when the database refuses what the events say, finds the one that it refuses. */
const write = async (filling: Filling, { before, plan, writing, events }: Prepared): Promise<void> => {
  const { query, projection, lease, duration } = filling;
  const covered = events.slice(0, plan.taken);
  try {
    if (!(await commit(query, lease, before, plan.position, writing, duration))) throw new TakenOver(lease.slot);
  } catch (error) {
    if (isMissing(error)) throw await missing(filling, error);
    if (fitsNot(error)) throw misfit(filling, plan, error);
    const [first, ...others] = covered;
    if (!refusesData(error) || first === undefined) throw error;
    if (others.length === 0) throw new BadEvent(projection.name, first, error);
    const middle = Math.ceil(covered.length / 2);
    await apply(filling, await apply(filling, before, covered.slice(0, middle)), covered.slice(middle));
  }
};

/**
 * Brings a slot that stands where these events were prepared for up to the last of them, in one commit wherever that can be.
 * @returns the position reached
 * @throws BadEvent at an event that cannot be applied, when all before it are
 * @throws TakenOver when somebody else fills the slot by now
 */
export const applyPrepared = async (filling: Filling, prepared: Prepared): Promise<bigint> => {
  const { events, plan } = prepared;
  if (plan.taken > 0) await write(filling, prepared);
  if (plan.stop !== undefined) throw plan.stop;
  const rest = events.slice(plan.taken);
  return rest.length === 0 ? plan.position : apply(filling, plan.position, rest);
};

/** The same for a slot that stands at the position `before`, and events that nobody has prepared. */
export const apply = (filling: Filling, before: bigint, events: ReadonlyArray<LogEvent>): Promise<bigint> =>
  applyPrepared(filling, prepare(filling, before, events));

/**
 * Moves the checkpoint of a slot that has all there is to have from `before` up to `position`, where no event stands any more.
 * @throws TakenOver when somebody else fills the slot by now
 */
export const pass = async ({ query, lease, duration }: Filling, before: bigint, position: bigint): Promise<void> => {
  const nothing = writingOf(lease.slot, { changes: [], taken: 0, position });
  if (!(await commit(query, lease, before, position, nothing, duration))) throw new TakenOver(lease.slot);
};
