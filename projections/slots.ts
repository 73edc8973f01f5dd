import pg from 'pg';
import { isMissing, type Database, type Query } from './database.ts';
import type { Projection, Table } from './projection.ts';

/** A set of a projection's tables with a checkpoint of its own; its name is that of its schema. */
export interface Slot {
  readonly name: string;
  /** Version of the projection that fills it. */
  readonly version: number;
}

/**
 * `slots`: how far each slot is (`position`, -1 before the first event), and who fills it: `epoch` is raised by every new
 * holder, so that what an old one still tries to write finds itself refused. `live`: the slot that queries read.
 * Positions are unsigned 64 bit numbers on the wire, more than a bigint column holds.
 */
const bookkeeping = [
  `CREATE SCHEMA IF NOT EXISTS projections`,
  `CREATE TABLE IF NOT EXISTS projections.slots (
     slot text PRIMARY KEY,
     projection text NOT NULL,
     version integer NOT NULL,
     position numeric(20) NOT NULL DEFAULT -1,
     epoch bigint NOT NULL DEFAULT 0,
     holder text,
     lease_until timestamptz NOT NULL DEFAULT '-infinity',
     UNIQUE (projection, slot)
   ) WITH (fillfactor = 50)`,
  `CREATE TABLE IF NOT EXISTS projections.live (
     projection text PRIMARY KEY,
     slot text NOT NULL,
     FOREIGN KEY (projection, slot) REFERENCES projections.slots (projection, slot)
   )`,
];

/** Any number that nothing else on this database locks: several instances may start at once. */
const setUpLock = 7_305_610_001;

const createTable = (slot: string, { name, key, columns, indexes = [] }: Table): string[] => {
  const place = `${pg.escapeIdentifier(slot)}.${pg.escapeIdentifier(name)}`;
  const declared = Object.entries(columns).map(([column, type]) => `${column} ${type}`);
  return [
    // Room in each page for the row's next version: an update then touches no index.
    `CREATE TABLE ${place} (${declared.join(', ')}, position numeric(20) NOT NULL, PRIMARY KEY (${key.join(', ')}))
     WITH (fillfactor = 80)`,
    ...indexes.map((of) => `CREATE INDEX ON ${place} (${of.join(', ')})`),
  ];
};

/** Makes an empty slot for a projection. */
export const createSlot = async (
  query: Query,
  { name, version, tables }: Projection,
  number: number,
): Promise<Slot> => {
  const slot = `${name}_${number}`;
  await query(`CREATE SCHEMA ${pg.escapeIdentifier(slot)}`);
  for (const statement of tables.flatMap((table) => createTable(slot, table))) await query(statement);
  await query('INSERT INTO projections.slots (slot, projection, version) VALUES ($1, $2, $3)', [slot, name, version]);
  return { name: slot, version };
};

/** The slot that queries read, or undefined when none was made yet. */
export const findLive = async (query: Query, projection: string): Promise<Slot | undefined> => {
  try {
    const [live] = await query<{ name: string; version: number }>(
      `SELECT slot AS name, version FROM projections.live JOIN projections.slots USING (projection, slot)
       WHERE projection = $1`,
      [projection],
    );
    return live && { name: live.name, version: live.version };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

const setUp = (database: Database, projection: Projection): Promise<Slot> =>
  database.transaction(async (query) => {
    await query('SELECT pg_advisory_xact_lock($1)', [setUpLock]);
    for (const statement of bookkeeping) await query(statement);
    const live = await findLive(query, projection.name);
    if (live !== undefined) return live;
    const slot = await createSlot(query, projection, 1);
    await query('INSERT INTO projections.live (projection, slot) VALUES ($1, $2)', [projection.name, slot.name]);
    return slot;
  });

/** The slot that queries read, made on first use, once, however many ask at the same time. */
export const liveSlot = async (database: Database, projection: Projection): Promise<Slot> =>
  (await findLive(database.query, projection.name)) ?? (await setUp(database, projection));
