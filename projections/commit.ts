import pg from 'pg';
import type { Query } from './database.ts';
import type { Lease } from './lease.ts';
import { notifyCommit } from './notice.ts';
import type { Plan, PlannedChange } from './plan.ts';

/** Rows of one table that set and add to the same columns in the same way. */
type Group = readonly [PlannedChange, ...PlannedChange[]];

const groupsOf = (changes: ReadonlyArray<PlannedChange>): ReadonlyArray<Group> => {
  const groups = new Map<string, [PlannedChange, ...PlannedChange[]]>();
  for (const change of changes) {
    const { table, creates, row, sums } = change;
    const alike = [table.name, creates, ...Object.keys(row).sort(), '+', ...Object.keys(sums).sort()].join();
    const group = groups.get(alike);
    if (group === undefined) groups.set(alike, [change]);
    else group.push(change);
  }
  // No row is in two groups, so that their order is free; in this one, batches that are alike make the same statement.
  return [...groups].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, group]) => group);
};

const quoted = pg.escapeIdentifier;

/**
 * Writes a group of rows, given as the JSON array in `parameter`. A row that an event at or after the given one has
 * already changed stays as it is: events that come again change nothing.
 */
const write = ([first]: Group, slot: string, parameter: string): string => {
  const { table, creates, row, sums } = first;
  const place = `${quoted(slot)}.${quoted(table.name)}`;
  const given = `json_populate_recordset(NULL::${place}, ${parameter}) AS given, fence`;
  const columns = [...Object.keys(row), ...Object.keys(sums), 'position'];
  const listed = (names: ReadonlyArray<string>, of = ''): string => names.map((name) => of + quoted(name)).join(', ');
  const adds = new Set(Object.keys(sums).map(quoted));
  const from = (source: string): string =>
    columns
      .filter((column) => !table.key.includes(column))
      .map(quoted)
      .map((column) => `${column} = ${adds.has(column) ? `kept.${column} + ` : ''}${source}.${column}`)
      .join(', ');
  if (creates)
    return `INSERT INTO ${place} AS kept (${listed(columns)})
      SELECT ${listed(columns, 'given.')} FROM ${given}
      ON CONFLICT (${listed(table.key)}) DO UPDATE SET ${from('excluded')} WHERE kept.position < excluded.position`;
  return `UPDATE ${place} AS kept SET ${from('given')} FROM ${given}
    WHERE ${table.key
      .map(quoted)
      .map((column) => `kept.${column} = given.${column}`)
      .join(' AND ')}
      AND kept.position < given.position`;
};

/** The checkpoint moves only if it stands where the lease's holder left it; the lease is renewed on the way. */
const fence = `UPDATE projections.slots
  SET position = $3, lease_until = clock_timestamp() + $5 * interval '1 millisecond'
  WHERE slot = $1 AND position = $2 AND epoch = $4 RETURNING projection, position`;

/**
 * Whoever listens is notified with the commit. Commits that notify go one after the other in the whole server, the flush to
 * disk included, so this one does not wait for its flush: what a crash of the server can take back is rows and checkpoint
 * alike, and the log has it.
 */
const asItCommits = `${notifyCommit('projection', 'position')}, set_config('synchronous_commit', 'off', true)`;

const inDigits = (sums: PlannedChange['sums']) =>
  Object.fromEntries(Object.entries(sums).map(([sum, number]) => [sum, String(number)]));

const json = (group: Group): string =>
  JSON.stringify(group.map(({ row, sums, position }) => ({ ...row, ...inDigits(sums), position: String(position) })));

/** How the rows of a plan are written to a slot. */
export interface Writing {
  readonly text: string;
  /** The rows, a JSON array for each group of them. */
  readonly rows: ReadonlyArray<string>;
}

/** All of a commit that is work for us rather than for the database. */
export const writingOf = (slot: string, plan: Plan): Writing => {
  const groups = groupsOf(plan.changes);
  const writes = groups.map((group, n) => `, write_${n} AS (${write(group, slot, `$${n + 6}`)})`);
  return {
    text: `WITH fence AS (${fence})${writes.join('')} SELECT ${asItCommits} FROM fence`,
    rows: groups.map(json),
  };
};

/**
 * Writes rows and moves the checkpoint from `before` to `position`, together or not at all: one
 * statement, so that a runner that freezes holds no lock, and every write reads the fence, so that one that was replaced
 * writes nothing.
 * @param duration milliseconds for which the lease is renewed
 * @returns false when somebody else has taken over
 */
export const commit = async (
  query: Query,
  lease: Lease,
  before: bigint,
  position: bigint,
  { text, rows }: Writing,
  duration: number,
): Promise<boolean> => {
  const { slot, epoch } = lease;
  return (await query(text, [slot, String(before), String(position), epoch, duration, ...rows], true)).length > 0;
};
