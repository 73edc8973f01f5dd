import pg from 'pg';
import { Unavailable } from '../eventstore/faults.ts';
import { isMissing, type Database, type Query } from './database.ts';
import { findLive } from './slots.ts';

/** What a query found, and the position in the log that it shows: every event up to it is in, none after it. */
export interface Shown<Found> {
  readonly position: bigint;
  readonly found: Found;
}

/**
 * Runs a query on the live slot of a projection. `select` gets the slot's schema and answers with a SELECT whose
 * parameters start at $1. Rows hold further columns of ours: views name what they show.
 * @throws Unavailable when the database is, or when nobody has set up the projection on it yet.
 */
export type LiveQuery = <Row extends pg.QueryResultRow>(
  projection: string,
  select: (slot: string) => string,
  values: ReadonlyArray<unknown>,
) => Promise<Shown<ReadonlyArray<Row>>>;

const nameOfLive = async (query: Query, projection: string): Promise<string> => {
  const live = await findLive(query, projection);
  if (live !== undefined) return live.name;
  const missing = new Error(`nobody has set up ${projection} on this database yet: start the projections service`);
  throw new Unavailable('read model', missing);
};

type Marked<Row> = Row & { readonly $slot: string; readonly $position: string; readonly $found: true | null };

/** The rows as `select` orders them, or one row without any, each with the pointer and the position as they stood for this one statement. */
const statement = (select: string, projection: string): string => `
  SELECT live.slot AS "$slot", slots.position AS "$position", rows.*
  FROM projections.live JOIN projections.slots USING (projection, slot)
  LEFT JOIN (SELECT true AS "$found", row_number() OVER () AS "$row", selected.* FROM (${select}) AS selected) AS rows ON true
  WHERE live.projection = ${pg.escapeLiteral(projection)} ORDER BY rows."$row"`;

const shown = <Row extends pg.QueryResultRow>(marked: ReadonlyArray<Marked<Row>>, first: Marked<Row>) => ({
  position: BigInt(first.$position),
  found: marked.filter(({ $found }) => $found === true),
});

/**
 * The slot is known from the last query; the statement itself says whether it still is the live one, and is asked again
 * of the new slot when the pointer has moved meanwhile.
 */
export const createLiveQuery = ({ query }: Database): LiveQuery => {
  const slots = new Map<string, string>();
  return async <Row extends pg.QueryResultRow>(
    projection: string,
    select: (slot: string) => string,
    values: ReadonlyArray<unknown>,
  ) => {
    let dropped: { readonly slot: string; readonly error: unknown } | undefined;
    for (;;) {
      const slot = slots.get(projection) ?? (await nameOfLive(query, projection));
      if (slot === dropped?.slot) throw dropped.error;
      const text = statement(select(pg.escapeIdentifier(slot)), projection);
      try {
        const marked = await query<Marked<Row>>(text, values);
        const [first] = marked;
        if (first?.$slot === slot) {
          slots.set(projection, slot);
          return shown(marked, first);
        }
      } catch (error) {
        if (!isMissing(error)) throw error;
        dropped = { slot, error };
      }
      slots.delete(projection);
    }
  };
};
