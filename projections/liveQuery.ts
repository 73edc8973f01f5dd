import pg from 'pg';
import { Unavailable } from '../eventstore/faults.ts';
import { isMissing, type Database, type Query } from './database.ts';
import { findLacking, fitsNot, otherTables } from './misfit.ts';
import { definitionOf, definitionsOf, type Projection } from './projection.ts';
import { findLive, type Slot } from './slots.ts';

/** What a query found, and the position in the log that it shows: every event up to it is in, none after it. */
export interface Shown<Found> {
  readonly position: bigint;
  readonly found: Found;
}

/**
 * Makes a SELECT whose parameters start at $1, for a slot whose schema is `slot` and whose tables are those of `version`:
 * the projection's own, or, until that has caught up after a deployment, of one of its previous definitions.
 */
export type Select = (slot: string, version: number) => string;

/**
 * Runs a query on the live slot of a projection. Rows hold further columns of ours: views name what they show.
 * @throws Unavailable when the database is, when nobody has set up the projection on it yet, and when its tables are of a
 * version that this code does not know, or knows with other columns.
 */
export type LiveQuery = <Row extends pg.QueryResultRow>(
  projection: Projection,
  select: Select,
  values: ReadonlyArray<unknown>,
) => Promise<Shown<ReadonlyArray<Row>>>;

const readableLive = async (query: Query, projection: Projection): Promise<Slot> => {
  const unreadable = (why: Error) => new Unavailable('read model', why);
  const { name } = projection;
  const live = await findLive(query, name);
  if (live === undefined)
    throw unreadable(new Error(`nobody has set up ${name} on this database yet: start the projections service`));
  const definition = definitionOf(projection, live.version);
  if (definition === undefined) {
    const known = definitionsOf(projection).map(({ version }) => version);
    throw unreadable(
      new Error(`${live.name} holds version ${live.version} of ${name}, this code reads ${known.join(' and ')}`),
    );
  }
  const lacking = await findLacking(query, live.name, definition);
  if (lacking === undefined) return live;
  throw unreadable(otherTables(live.name, definition, `no column ${lacking}`));
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
  const slots = new Map<string, Slot>();
  return async <Row extends pg.QueryResultRow>(
    projection: Projection,
    select: Select,
    values: ReadonlyArray<unknown>,
  ) => {
    let dropped: { readonly slot: string; readonly error: unknown } | undefined;
    for (;;) {
      const slot = slots.get(projection.name) ?? (await readableLive(query, projection));
      if (slot.name === dropped?.slot) throw dropped.error;
      const text = statement(select(pg.escapeIdentifier(slot.name), slot.version), projection.name);
      try {
        const marked = await query<Marked<Row>>(text, values);
        const [first] = marked;
        if (first?.$slot === slot.name) {
          slots.set(projection.name, slot);
          return shown(marked, first);
        }
      } catch (error) {
        // Tables may have changed since; else the query asks for what nobody declares.
        if (fitsNot(error)) await readableLive(query, projection);
        if (!isMissing(error)) throw error;
        dropped = { slot: slot.name, error };
      }
      slots.delete(projection.name);
    }
  };
};
