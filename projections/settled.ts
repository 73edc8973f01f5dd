import type { QueryResultRow } from 'pg';
import type { Recorded } from '../domain/events.ts';
import type { LiveQuery, Shown } from './liveQuery.ts';
import type { Projection } from './projection.ts';

/** Something that was settled: an order paid or cancelled, a deposit in its wallet or refused. */
export interface Settled<View> {
  readonly id: string;
  /** Position of the event that settled it. */
  readonly at: bigint;
  readonly view: View;
}

/** What to find: what was settled after a position (nothing when undefined), the oldest `most`; and what of `ids` is settled. */
export interface SettledSearch {
  readonly after: bigint | undefined;
  readonly most: number;
  readonly ids: ReadonlyArray<string>;
}

export interface SettledFound<View> {
  /** In log order. */
  readonly newly: ReadonlyArray<Settled<View>>;
  readonly ofIds: ReadonlyArray<Settled<View>>;
}

export type FindSettled<View> = (search: SettledSearch) => Promise<Shown<SettledFound<View>>>;

/** What the event that settles a row sets in it. */
export const settledBy = ({ created, position }: Pick<Recorded, 'created' | 'position'>) => ({
  settled_at: created,
  settled_position: String(position),
});

/** Of a table with things to settle: when and by which event that happened. */
export interface SettledRow {
  readonly settled_at: Date | null;
  readonly settled_position: string | null;
}

/** Told by which half of the query a row was found. */
interface Marked {
  readonly is_new: boolean;
  readonly settled_position: string;
}

/** `ORDER BY … LIMIT` on the first half keeps to the index whatever the statistics say, or do not say yet. */
const select = (place: string, key: string): string => `
  SELECT true AS is_new, newly.* FROM
    (SELECT * FROM ${place} WHERE settled_position > $1 ORDER BY settled_position LIMIT $2) AS newly
  UNION ALL
  SELECT false AS is_new, kept.* FROM ${place} AS kept WHERE ${key} = ANY($3) AND settled_position IS NOT NULL
  ORDER BY settled_position`;

/** What is settled in a table that has a column `settled_position`, and an index of it. */
export const settledIn =
  <Row extends SettledRow, View>(
    query: LiveQuery,
    projection: Projection,
    { table, key }: { readonly table: string; readonly key: string },
    view: (row: Row) => { readonly id: string; readonly view: View },
  ): FindSettled<View> =>
  async ({ after, most, ids }) => {
    const { position, found } = await query<Row & Marked & QueryResultRow>(
      projection,
      (slot) => select(`${slot}.${table}`, key),
      [after?.toString(), most, ids],
    );
    const settled = (isNew: boolean): ReadonlyArray<Settled<View>> =>
      found.filter((row) => row.is_new === isNew).map((row) => ({ ...view(row), at: BigInt(row.settled_position) }));
    return { position, found: { newly: settled(true), ofIds: settled(false) } };
  };
