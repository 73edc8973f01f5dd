import pg from 'pg';
import type { Query } from '../database.ts';
import type { Slot } from '../slots.ts';
import type { Columns } from './columns.ts';

/** A row by column, each value as the database writes it: no number is too large. */
export type Row = Readonly<Record<string, string | null>>;

/** A row that is not the same in both slots: undefined where a slot holds none of that key. */
export interface Difference {
  readonly table: string;
  readonly live: Row | undefined;
  readonly fresh: Row | undefined;
}

/** A table as one of the slots holds it. */
export interface Side {
  readonly slot: Slot;
  readonly columns: Columns;
}

/** A table of two slots, and how its rows are compared. */
export interface Pair {
  readonly table: string;
  readonly live: Side;
  readonly fresh: Side;
  readonly key: ReadonlyArray<string>;
  /** Columns in which rows of one key may differ. */
  readonly compared: ReadonlyArray<string>;
}

/** Rows fetched at a time: memory does not grow with the number of differences. */
const page = 500;

const quote = pg.escapeIdentifier;
const place = ({ slot }: Side, table: string): string => `${quote(slot.name)}.${quote(table)}`;
const listed = (columns: ReadonlyArray<string>, of: string): string =>
  columns.map((column) => `${of}.${quote(column)}`).join(', ');

/** Every table has a position in each of its rows, so that one without it is a row that is not there. */
const row = (of: string, { columns }: Side): string => {
  const names = [...columns.keys()];
  const values = names.map((column) => `${of}.${quote(column)}::text`).join(', ');
  return `CASE WHEN ${of}.position IS NOT NULL THEN
    json_object(ARRAY[${names.map(pg.escapeLiteral).join(', ')}], ARRAY[${values}]) END AS ${of}`;
};

const select = ({ table, live, fresh, key, compared }: Pair): string => `
  SELECT ${row('live', live)}, ${row('fresh', fresh)}
  FROM ${place(live, table)} AS live FULL JOIN ${place(fresh, table)} AS fresh
    ON ${key.map((column) => `live.${quote(column)} = fresh.${quote(column)}`).join(' AND ')}
  WHERE live.position IS NULL OR fresh.position IS NULL
    OR (${listed(compared, 'live')}) IS DISTINCT FROM (${listed(compared, 'fresh')})`;

interface Found {
  readonly live: Row | null;
  readonly fresh: Row | null;
}

/** The rows in which the two slots differ, in the transaction of `query`. */
export async function* differencesOf(query: Query, pair: Pair): AsyncGenerator<Difference, void, undefined> {
  await query(`DECLARE differing NO SCROLL CURSOR FOR ${select(pair)}`);
  for (let found = page; found === page;) {
    const rows = await query<Found>(`FETCH ${page} FROM differing`);
    for (const { live, fresh } of rows) yield { table: pair.table, live: live ?? undefined, fresh: fresh ?? undefined };
    found = rows.length;
  }
  await query('CLOSE differing');
}

export const countRows = async (query: Query, side: Side, table: string): Promise<number> => {
  const [counted] = await query<{ rows: number }>(`SELECT count(*) AS rows FROM ${place(side, table)}`);
  if (counted === undefined) throw new Error(`expected the number of rows of ${place(side, table)}, found no answer`);
  return counted.rows;
};
