import pg from 'pg';
import type { Query } from './database.ts';
import type { Projection } from './projection.ts';

/**
 * No such column, another type, no operator for it, no such key: what is asked or written does not fit the tables.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export const fitsNot = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && /^(42703|42804|42883|42P10)$/.test(error.code ?? '');

/** Tables that are not the ones by which this code would make the slot. */
export const otherTables = (
  slot: string,
  { name, version }: Projection,
  found: string,
  options: ErrorOptions = {},
): Error =>
  new Error(
    `expected the tables of ${slot} to be those of version ${version} of ${name} in this code, found ${found}: ` +
      `whoever changes tables raises \`version\`; where nobody else reads them, \`orderflow projections rebuild ${name}\` does as well`,
    options,
  );

/** The first column, with its table, that a definition declares and its slot has not; undefined also when the slot is gone. */
export const findLacking = async (query: Query, slot: string, { tables }: Projection): Promise<string | undefined> => {
  const rows = await query<{ place: string }>(
    `SELECT table_name || '.' || column_name AS place FROM information_schema.columns WHERE table_schema = $1`,
    [slot],
  );
  const there = new Set(rows.map(({ place }) => place));
  const declared = tables.flatMap(({ name, columns, sums = [] }) =>
    [...Object.keys(columns), ...sums].map((column) => `${name}.${column}`),
  );
  return there.size === 0 ? undefined : declared.find((place) => !there.has(place));
};
