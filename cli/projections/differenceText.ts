import type { Projection } from '../../projections/projection.ts';
import type { Difference, Row } from '../../projections/rebuild/differences.ts';

/** Characters of a value that are shown. */
const longest = 60;

/** A value as the database writes it, quoted where that tells where it ends. */
const shown = (value: string | null | undefined): string => {
  if (value === undefined || value === null) return 'NULL';
  const short = value.length > longest ? `${value.slice(0, longest)}…` : value;
  return /^[\w.:+-]+$/.test(short) && short !== 'NULL' ? short : JSON.stringify(short);
};

const cells = (row: Row, columns: ReadonlyArray<string>): string =>
  columns.map((column) => `${column}=${shown(row[column])}`).join(' ');

/** Columns that both rows have, with different values. */
const changed = (live: Row, fresh: Row, key: ReadonlyArray<string>): ReadonlyArray<string> =>
  Object.keys(live).filter((column) => !key.includes(column) && column in fresh && live[column] !== fresh[column]);

/** A row that is not the same in both slots, on one line. */
export const differenceText = ({ tables }: Projection, { table, live, fresh }: Difference): string => {
  const key = tables.find(({ name }) => name === table)?.key ?? [];
  if (live === undefined) return `only rebuilt  ${fresh === undefined ? '' : cells(fresh, Object.keys(fresh))}`;
  if (fresh === undefined) return `only live     ${cells(live, Object.keys(live))}`;
  const changes = changed(live, fresh, key).map(
    (column) => `${column} ${shown(live[column])} → ${shown(fresh[column])}`,
  );
  return `different     ${cells(live, key)}: ${changes.join(', ')}`;
};
