import pg from 'pg';
import { exclusively, setUpBookkeeping } from './bookkeeping.ts';
import { isMissing, type Database, type Query } from './database.ts';
import { fingerprintOf } from './fingerprint.ts';
import { notifySwap } from './notice.ts';
import type { Projection, Table } from './projection.ts';

/** A set of a projection's tables with a checkpoint of its own; its name is that of its schema. */
export interface Slot {
  readonly name: string;
  /** Version of the projection that fills it. */
  readonly version: number;
}

/** The slots of a projection. Those beside the live one never stand further than it does. */
export interface Slots {
  /** The one that queries read. */
  readonly live: Slot;
  /** Filled to take the live one's place. */
  readonly next: Slot | undefined;
  /** The one that was live before, left where it stood. */
  readonly previous: Slot | undefined;
  /** The highest version that somebody has rolled back from, and that has not been live again since. */
  readonly refused: number | undefined;
}

/** Columns may be named as words of SQL are, such as `user` or `order`. */
const quoted = pg.escapeIdentifier;

const createTable = (slot: string, { name, key, columns, sums = [], indexes = [] }: Table): string[] => {
  const place = `${quoted(slot)}.${quoted(name)}`;
  const listed = (names: ReadonlyArray<string>): string => names.map(quoted).join(', ');
  const declared = [
    ...Object.entries(columns).map(([column, type]) => `${quoted(column)} ${type}`),
    ...sums.map((sum) => `${quoted(sum)} numeric NOT NULL DEFAULT 0`),
  ];
  return [
    // Room in each page for the row's next version: an update then touches no index.
    `CREATE TABLE ${place} (${declared.join(', ')}, position numeric(20) NOT NULL, PRIMARY KEY (${listed(key)}))
     WITH (fillfactor = 80)`,
    ...indexes.map((of) => `CREATE INDEX ON ${place} (${listed(of)})`),
  ];
};

/** Makes an empty slot for a projection. */
export const createSlot = async (query: Query, projection: Projection, number: number): Promise<Slot> => {
  const { name, version, tables } = projection;
  const slot = `${name}_${number}`;
  await query(`CREATE SCHEMA ${quoted(slot)}`);
  for (const statement of tables.flatMap((table) => createTable(slot, table))) await query(statement);
  await query('INSERT INTO projections.slots (slot, projection, version) VALUES ($1, $2, $3)', [slot, name, version]);
  await query('INSERT INTO projections.definitions (slot, fingerprint) VALUES ($1, $2)', [
    slot,
    fingerprintOf(projection),
  ]);
  return { name: slot, version };
};

/** Answers with undefined where the tables that `ask` reads were not made yet. */
const unlessMissing = async <A>(ask: Promise<A>): Promise<A | undefined> => {
  try {
    return await ask;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

/** The slot that queries read, or undefined when none was made yet. */
export const findLive = async (query: Query, projection: string): Promise<Slot | undefined> => {
  const found = await unlessMissing(
    query<{ name: string; version: number }>(
      `SELECT slot AS name, version FROM projections.live JOIN projections.slots USING (projection, slot)
       WHERE projection = $1`,
      [projection],
    ),
  );
  return found?.map(({ name, version }) => ({ name, version }))[0];
};

interface Placed extends Slot {
  readonly is_live: boolean;
  readonly is_next: boolean | null;
  readonly is_previous: boolean | null;
  readonly refused: number | null;
}

const findPlaced = (query: Query, projection: string): Promise<ReadonlyArray<Placed>> =>
  query<Placed>(
    `SELECT slots.slot AS name, slots.version, live.slot = slots.slot AS is_live, next = slots.slot AS is_next,
       previous = slots.slot AS is_previous, rolled_back.version AS refused
     FROM projections.slots JOIN projections.live USING (projection) LEFT JOIN projections.beside USING (projection)
       LEFT JOIN projections.rolled_back USING (projection)
     WHERE projection = $1`,
    [projection],
  );

const slotOf = ({ name, version }: Placed): Slot => ({ name, version });

/** The slots of a projection, or undefined when none was made yet. */
export const findSlots = async (query: Query, projection: string): Promise<Slots | undefined> => {
  const placed = (await unlessMissing(findPlaced(query, projection))) ?? [];
  const [live] = placed.filter(({ is_live }) => is_live).map(slotOf);
  const [next] = placed.filter(({ is_next }) => is_next === true).map(slotOf);
  const [previous] = placed.filter(({ is_previous }) => is_previous === true).map(slotOf);
  return live && { live, next, previous, refused: placed[0]?.refused ?? undefined };
};

const setUp = async (database: Database, projection: Projection): Promise<Slots> => {
  await setUpBookkeeping(database);
  return exclusively(database, async (query) => {
    const slots = await findSlots(query, projection.name);
    if (slots !== undefined) return slots;
    const live = await createSlot(query, projection, 1);
    await query('INSERT INTO projections.live (projection, slot) VALUES ($1, $2)', [projection.name, live.name]);
    await notifySwap(query, projection.name);
    return { live, next: undefined, previous: undefined, refused: undefined };
  });
};

/** The slots of a projection; the live one is made on first use, once, however many ask at the same time. */
export const slotsOf = async (database: Database, projection: Projection): Promise<Slots> =>
  (await findSlots(database.query, projection.name)) ?? (await setUp(database, projection));

/** Names of the slots of a projection that have no place any more, and never will have one again. */
export const findLeftOver = async (query: Query, projection: string): Promise<ReadonlyArray<string>> => {
  const placed = await findPlaced(query, projection);
  return placed
    .filter(({ is_live, is_next, is_previous }) => !is_live && is_next !== true && is_previous !== true)
    .map(({ name }) => name);
};
