import pg from 'pg';
import { Unavailable } from '../eventstore/faults.ts';
import type { Database, Query } from './database.ts';

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

/** A slot was dropped after the pointer moved away from it, or nothing was set up: undefined table, unknown schema. */
const gone = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && (error.code === '42P01' || error.code === '3F000');

const liveSlotOf = async (query: Query, projection: string): Promise<string> => {
  const found = await query<{ slot: string }>('SELECT slot FROM projections.live WHERE projection = $1', [projection])
    .then(([live]) => live?.slot)
    .catch((error: unknown) => {
      if (gone(error)) return undefined;
      throw error;
    });
  if (found !== undefined) return found;
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
      const slot = slots.get(projection) ?? (await liveSlotOf(query, projection));
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
        if (!gone(error)) throw error;
        dropped = { slot, error };
      }
      slots.delete(projection);
    }
  };
};
