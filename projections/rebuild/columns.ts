import type { Query } from '../database.ts';
import type { Slot } from '../slots.ts';

/** Column name → type. */
export type Columns = ReadonlyMap<string, string>;

/** The tables of a slot as the database knows them, whichever code made them: table name → columns. */
export const tablesOf = async (query: Query, { name }: Slot): Promise<ReadonlyMap<string, Columns>> => {
  const columns = await query<{ table: string; column: string; type: string }>(
    `SELECT table_name AS table, column_name AS column, udt_name AS type FROM information_schema.columns
     WHERE table_schema = $1 ORDER BY table_name, ordinal_position`,
    [name],
  );
  const tables = new Map<string, Map<string, string>>();
  for (const { table, column, type } of columns)
    tables.set(table, (tables.get(table) ?? new Map<string, string>()).set(column, type));
  return tables;
};

/** How the columns of a table differ between the live slot and the one that is to take its place. */
export interface ColumnChanges {
  readonly added: ReadonlyArray<string>;
  readonly removed: ReadonlyArray<string>;
  readonly retyped: ReadonlyArray<string>;
}

export const changesOfColumns = (live: Columns, fresh: Columns): ColumnChanges => ({
  added: [...fresh.keys()].filter((column) => !live.has(column)),
  removed: [...live.keys()].filter((column) => !fresh.has(column)),
  retyped: [...live.keys()].filter((column) => fresh.has(column) && fresh.get(column) !== live.get(column)),
});

/** Columns that can be compared. */
export const sharedColumns = (live: Columns, fresh: Columns): ReadonlyArray<string> =>
  [...live.keys()].filter((column) => fresh.get(column) === live.get(column));
