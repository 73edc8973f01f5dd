import type { Projection, Table } from './projection.ts';

/** A definition without what it quotes, in upper case. */
const unquoted = (definition: string): string => definition.replace(/'(?:[^']|'')*'/g, "''").toUpperCase();

const isRequired = (definition: string): boolean =>
  /\bNOT\s+NULL\b/.test(definition) && !/\bDEFAULT\b/.test(definition);

const known = new WeakMap<Table, ReadonlyArray<string>>();

/** Columns outside the key that whoever makes a row must name: NOT NULL, and without a default. */
export const requiredOf = (table: Table): ReadonlyArray<string> => {
  const found =
    known.get(table) ??
    Object.entries<string>(table.columns)
      .filter(([column, definition]) => !table.key.includes(column) && isRequired(unquoted(definition)))
      .map(([column]) => column);
  known.set(table, found);
  return found;
};

/**
 * Constraints that look at more than one column of one row, or at a value on its way to another one: whether they hold
 * depends on which events share a batch. Numbers that the database draws depend on it as well.
 */
const cutDependent = /\b(CHECK|UNIQUE|REFERENCES|GENERATED|(?:BIG|SMALL)?SERIAL|NEXTVAL)\b/;

/** Types without an operator by which PostgreSQL tells whether two values are the same, as every rebuild asks. */
const incomparable = /^\s*(JSON|XML|POINT|LINE|PATH|POLYGON)\b/;

const columnFault = (table: string, column: string, definition: string): string | undefined => {
  const [cut] = cutDependent.exec(definition) ?? [];
  if (cut !== undefined)
    return `column ${column} of ${table} says ${cut}: leave it out, mappings alone decide what is in a row, however the log is cut into batches`;
  const [, type] = incomparable.exec(definition) ?? [];
  return (
    type &&
    `column ${column} of ${table} is ${type.toLowerCase()}, whose values a rebuild cannot compare: take ${type === 'JSON' ? 'jsonb' : 'text or jsonb'}`
  );
};

const faultOf = (table: Table): string | undefined => {
  const { name, columns, sums = [] } = table;
  for (const [column, definition] of Object.entries<string>(columns)) {
    const fault = columnFault(name, column, unquoted(definition));
    if (fault !== undefined) return fault;
  }
  const [required] = requiredOf(table);
  return sums.length > 0 && required !== undefined
    ? `${name} has sums, and its column ${required} is NOT NULL: adding to a row would fail or not as it shares a batch ` +
        `with what sets that column. Give it a DEFAULT, allow null, or keep the sums in a table of their own`
    : undefined;
};

/** Why the rows of a projection could come out otherwise when the log is cut into other batches, or could not be compared. */
export const tableFaultsOf = ({ tables }: Projection): ReadonlyArray<string> =>
  tables.flatMap((table) => faultOf(table) ?? []);
