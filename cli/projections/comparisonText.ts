import type { Projection } from '../../projections/projection.ts';
import type { Comparison, TableComparison } from '../../projections/rebuild/compare.ts';
import type { Difference } from '../../projections/rebuild/differences.ts';
import { differenceText } from './differenceText.ts';
import { numeral, several } from '../words.ts';

/** How many rows of a table, or of all of them, are not the same. */
export const differingRows = ({ differing }: TableComparison): number =>
  differing === undefined ? 0 : differing.onlyLive + differing.onlyFresh + differing.different;

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((a, b) => a + b, 0);

const rowsText = ({ rows, differing }: TableComparison): string => {
  const counted = `${several(rows.live, 'row')} live, ${numeral(rows.fresh)} rebuilt`;
  if (differing === undefined) return `${counted}; their keys are not the same, so no row was compared`;
  const { onlyLive, onlyFresh, different } = differing;
  return `${counted}: ${numeral(onlyLive)} only live, ${numeral(onlyFresh)} only rebuilt, ${numeral(different)} different`;
};

const columnsText = ({ columns: { added, removed, retyped } }: TableComparison): ReadonlyArray<string> =>
  [
    { what: 'added', columns: added },
    { what: 'removed', columns: removed },
    { what: 'of another type', columns: retyped },
  ].flatMap(({ what, columns }) => (columns.length === 0 ? [] : [`columns ${what}: ${columns.join(', ')}`]));

const tableText = (table: TableComparison): string =>
  `  ${table.table}: ${[rowsText(table), ...columnsText(table)].join('; ')}\n`;

const tablesText = ({ onlyLive, onlyFresh }: Comparison): string =>
  [
    { what: 'removed', tables: onlyLive },
    { what: 'added', tables: onlyFresh },
  ]
    .flatMap(({ what, tables }) => (tables.length === 0 ? [] : [`  tables ${what}: ${tables.join(', ')}\n`]))
    .join('');

const headText = (projection: string, { live, fresh, position, tables, equal }: Comparison): string => {
  const at = `at position ${position}`;
  if (live.version !== fresh.version)
    return `${projection}: version ${live.version} is live, version ${fresh.version} was built; compared ${at} in the columns that both have`;
  const rows = several(sum(tables.map((table) => table.rows.fresh)), 'row');
  if (equal) return `${projection}: what is live (${live.name}) is what the log gives: ${rows}, compared ${at}`;
  const differing = several(sum(tables.map(differingRows)), 'differing row');
  return `${projection}: what is live (${live.name}) is not what the log gives: ${differing}, compared ${at}`;
};

/**
 * How the slot that was filled differs from the live one: each row in which it does, as far as they were kept, and how many
 * more there are.
 */
export const comparisonText = (
  projection: Projection,
  comparison: Comparison,
  differences: ReadonlyArray<Difference>,
): string => {
  const head = `${headText(projection.name, comparison)}\n`;
  if (comparison.equal) return head;
  const more = sum(comparison.tables.map(differingRows)) - differences.length;
  return [
    head,
    ...comparison.tables.map((table) => {
      const rows = differences.filter((difference) => difference.table === table.table);
      return tableText(table) + rows.map((row) => `    ${differenceText(projection, row)}\n`).join('');
    }),
    tablesText(comparison),
    more > 0 ? `  … and ${several(more, 'row')} more\n` : '',
  ].join('');
};
