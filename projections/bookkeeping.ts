import type { Database, Query } from './database.ts';

/**
 * - `slots`: how far each slot is (`position`, -1 before the first event), and who fills it: `epoch` is raised by every
 *   new holder, so that what an old one still tries to write finds itself refused.
 * - `live`: the slot that queries read.
 * - `beside`: the slot that is filled to take its place, the one that had it before, and the highest number that a slot of
 *   the projection ever had. No number is used twice, so that a slot's name says which one is meant.
 * - `definitions`: by which definition each slot is filled.
 * - `rolled_back`: the highest version that somebody has rolled back from, until it, or a later one, is live again.
 * - `reports`: what whoever fills a slot last said of it.
 *
 * Positions are unsigned 64 bit numbers on the wire, more than a bigint column holds. A table that exists is not altered:
 * that would wait for everybody who reads it, and everybody else for that.
 */
const statements = [
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
  `CREATE TABLE IF NOT EXISTS projections.beside (
     projection text PRIMARY KEY REFERENCES projections.live,
     next text,
     previous text,
     highest_number integer NOT NULL DEFAULT 1,
     FOREIGN KEY (projection, next) REFERENCES projections.slots (projection, slot),
     FOREIGN KEY (projection, previous) REFERENCES projections.slots (projection, slot)
   )`,
  `CREATE TABLE IF NOT EXISTS projections.definitions (
     slot text PRIMARY KEY REFERENCES projections.slots ON DELETE CASCADE,
     fingerprint text NOT NULL
   )`,
  `CREATE TABLE IF NOT EXISTS projections.rolled_back (
     projection text PRIMARY KEY REFERENCES projections.live,
     version integer NOT NULL
   )`,
  // Who rolled back before there was such a record left the higher version as the previous slot.
  `INSERT INTO projections.rolled_back (projection, version)
   SELECT projection, former.version FROM projections.live JOIN projections.beside USING (projection)
     JOIN projections.slots AS current USING (projection, slot) JOIN projections.slots AS former USING (projection)
   WHERE former.slot = previous AND former.version > current.version ON CONFLICT DO NOTHING`,
  `CREATE TABLE IF NOT EXISTS projections.reports (
     slot text PRIMARY KEY REFERENCES projections.slots ON DELETE CASCADE,
     state text NOT NULL,
     error text,
     stopped_at numeric(20),
     rate real NOT NULL,
     at timestamptz NOT NULL
   ) WITH (fillfactor = 50)`,
];

/** Any number that nothing else on this database locks: several instances may start at once. */
const lock = 7_305_610_001;

/** Does `work` in a transaction, while nobody else makes or drops slots. */
export const exclusively = <A>(database: Database, work: (query: Query) => Promise<A>): Promise<A> =>
  database.transaction(async (query) => {
    await query('SELECT pg_advisory_xact_lock($1)', [lock]);
    return work(query);
  });

/** Makes the tables in which slots are kept, where they do not exist yet. */
export const setUpBookkeeping = (database: Database): Promise<void> =>
  exclusively(database, async (query) => {
    for (const statement of statements) await query(statement);
  });
