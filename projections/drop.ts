import pg from 'pg';
import { messageOf, Unavailable } from '../eventstore/faults.ts';
import { exclusively } from './bookkeeping.ts';
import type { Database, Query } from './database.ts';
import { findLeftOver } from './slots.ts';

/** Milliseconds to wait for those who read a slot: whoever makes or drops another one waits for us meanwhile. */
const patience = 1_000;

/** Lock not available, or a statement past its time, which may come first. */
const isInUse = (error: unknown): boolean =>
  error instanceof Unavailable &&
  error.cause instanceof pg.DatabaseError &&
  (error.cause.code === '55P03' || error.cause.code === '57014');

/**
 * Drops a slot and all it holds, in the transaction of `query`. First the tables, as whoever fills it takes their locks in
 * that order, too; a commit that comes too late finds none.
 * @throws Error when somebody reads the slot, and goes on to for a second
 */
export const dropSlot = async (query: Query, slot: string): Promise<void> => {
  await query(`SET LOCAL lock_timeout = ${patience}`);
  try {
    await query(`DROP SCHEMA IF EXISTS ${pg.escapeIdentifier(slot)} CASCADE`);
  } catch (error) {
    if (!isInUse(error)) throw error;
    throw new Error(`${slot} cannot be dropped while somebody reads it (a long query, a backup): try again later`, {
      cause: error,
    });
  }
  await query('DELETE FROM projections.slots WHERE slot = $1', [slot]);
};

/**
 * Drops the slots of a projection that have no place any more, as far as that is possible now: nothing depends on it, and
 * every later call tries again. Never rejects.
 * @returns why some are still there, one text each
 */
export const dropLeftOver = async (database: Database, projection: string): Promise<ReadonlyArray<string>> => {
  const drop = async (slot: string): Promise<ReadonlyArray<string>> => {
    try {
      await exclusively(database, (query) => dropSlot(query, slot));
      return [];
    } catch (error) {
      return [messageOf(error)];
    }
  };
  try {
    const kept: string[] = [];
    for (const slot of await findLeftOver(database.query, projection)) kept.push(...(await drop(slot)));
    return kept;
  } catch (error) {
    return [messageOf(error)];
  }
};
