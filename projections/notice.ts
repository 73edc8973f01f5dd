import type { Query } from './database.ts';

/** The channel on which the database tells what happens to projections, to whoever listens. */
export const channel = 'projections';

/** A slot of a projection now stands at `position`; without one, the projection's queries read another slot from now on. */
export interface Notice {
  readonly projection: string;
  readonly position?: bigint;
}

/** SQL that notifies of a commit when its transaction commits; takes the SQL of a projection's name and of a position. */
export const notifyCommit = (projection: string, position: string): string =>
  `pg_notify('${channel}', ${projection} || ' ' || ${position})`;

/** Notifies, when the transaction commits, that a projection's queries read another slot from now on. */
export const notifySwap = async (query: Query, projection: string): Promise<void> => {
  await query(`SELECT pg_notify('${channel}', $1)`, [projection]);
};

/** What the payload of a notification tells, or undefined when none of ours wrote it. */
export const parseNotice = (payload: string): Notice | undefined => {
  const [, projection, position] = /^([a-z_]+)(?: (\d+))?$/.exec(payload) ?? [];
  if (projection === undefined) return undefined;
  return position === undefined ? { projection } : { projection, position: BigInt(position) };
};
