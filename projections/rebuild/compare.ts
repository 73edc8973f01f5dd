import type { Query } from '../database.ts';
import type { Projection, Table } from '../projection.ts';
import type { Slot } from '../slots.ts';
import { changesOfColumns, sharedColumns, tablesOf, type ColumnChanges } from './columns.ts';
import { countRows, differencesOf, type Difference, type Pair, type Side } from './differences.ts';

/** Rows that only one of two slots holds, and rows that differ in a column that both have. */
export interface DifferingRows {
  readonly onlyLive: number;
  readonly onlyFresh: number;
  readonly different: number;
}

/** How a table of the slot that is to become the live one differs from the same table of the live one. */
export interface TableComparison {
  readonly table: string;
  readonly columns: ColumnChanges;
  readonly rows: { readonly live: number; readonly fresh: number };
  /** Undefined when rows cannot be matched, because their key is another one. */
  readonly differing: DifferingRows | undefined;
}

/** How two slots differ at one position. */
export interface Comparison {
  readonly position: bigint;
  readonly live: Slot;
  readonly fresh: Slot;
  /** Tables that both have. */
  readonly tables: ReadonlyArray<TableComparison>;
  /** Tables that only one of them has. */
  readonly onlyLive: ReadonlyArray<string>;
  readonly onlyFresh: ReadonlyArray<string>;
  /** Whether every table and every row is in both, the same. */
  readonly equal: boolean;
}

/** Is told of each row that is not the same in both, one at a time. */
export type OnDifference = (difference: Difference) => void;

const pairOf = ({ name, key }: Table, live: Side, fresh: Side): Pair => {
  const shared = sharedColumns(live.columns, fresh.columns);
  // Code of another version may have a row changed by other events: that is no difference of what it shows.
  const sameVersion = live.slot.version === fresh.slot.version;
  const compared = sameVersion ? shared : shared.filter((column) => column !== 'position');
  return { table: name, live, fresh, key, compared };
};

const compareRows = async (query: Query, pair: Pair, onDifference: OnDifference): Promise<DifferingRows> => {
  let [onlyLive, onlyFresh, different] = [0, 0, 0];
  for await (const difference of differencesOf(query, pair)) {
    if (difference.fresh === undefined) onlyLive += 1;
    else if (difference.live === undefined) onlyFresh += 1;
    else different += 1;
    onDifference(difference);
  }
  return { onlyLive, onlyFresh, different };
};

const compareTable = async (query: Query, pair: Pair, onDifference: OnDifference): Promise<TableComparison> => {
  const { table, live, fresh, key, compared } = pair;
  const matches = key.every((column) => compared.includes(column));
  return {
    table,
    columns: changesOfColumns(live.columns, fresh.columns),
    rows: { live: await countRows(query, live, table), fresh: await countRows(query, fresh, table) },
    differing: matches ? await compareRows(query, pair, onDifference) : undefined,
  };
};

const isSame = ({ columns, differing }: TableComparison): boolean =>
  [columns.added, columns.removed, columns.retyped].every(({ length }) => length === 0) &&
  differing !== undefined &&
  Object.values(differing).every((count) => count === 0);

/**
 * Compares two slots row by row in the snapshot that the transaction of `query` holds, in which both must stand at
 * `position`. Slots of different versions are compared in the columns that both have.
 * @param projection the definition of the slot that is to become the live one
 */
export const compareSlots = async (
  query: Query,
  projection: Projection,
  live: Slot,
  fresh: Slot,
  position: bigint,
  onDifference: OnDifference,
): Promise<Comparison> => {
  const [before, after] = [await tablesOf(query, live), await tablesOf(query, fresh)];
  const tables: TableComparison[] = [];
  for (const table of projection.tables) {
    const [had, has] = [before.get(table.name), after.get(table.name)];
    if (had === undefined || has === undefined) continue;
    const pair = pairOf(table, { slot: live, columns: had }, { slot: fresh, columns: has });
    tables.push(await compareTable(query, pair, onDifference));
  }
  const onlyLive = [...before.keys()].filter((table) => !after.has(table));
  const onlyFresh = [...after.keys()].filter((table) => !before.has(table));
  const equal = onlyLive.length + onlyFresh.length === 0 && tables.every(isSame);
  return { position, live, fresh, tables, onlyLive, onlyFresh, equal };
};
