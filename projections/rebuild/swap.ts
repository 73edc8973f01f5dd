import type { Query } from '../database.ts';
import { TakenOver } from '../hold.ts';
import type { Lease } from '../lease.ts';
import { notifySwap } from '../notice.ts';
import type { Slot } from '../slots.ts';

/** Where a slot stands; -1 before the first event. */
export const positionOf = async (query: Query, { name }: Slot, lock = ''): Promise<bigint> => {
  const [slot] = await query<{ position: string }>(`SELECT position FROM projections.slots WHERE slot = $1 ${lock}`, [
    name,
  ]);
  if (slot === undefined) throw new Error(`expected a record of ${name}, found none: it was dropped`);
  return BigInt(slot.position);
};

/**
 * Stops the live slot where it stands until the transaction of `query` ends, and answers with that position: a commit to it
 * waits. Readers wait for nothing.
 * @throws TakenOver when `live` is no longer the live slot: somebody else has swapped meanwhile
 */
export const holdStill = async (query: Query, projection: string, live: Slot): Promise<bigint> => {
  const [pointer] = await query<{ slot: string }>(
    'SELECT slot FROM projections.live WHERE projection = $1 FOR NO KEY UPDATE',
    [projection],
  );
  if (pointer?.slot !== live.name) throw new TakenOver(live.name);
  return positionOf(query, live, 'FOR NO KEY UPDATE');
};

/** No upgrade is to bring back what somebody went back from, also when its slot is gone; a swap to it, or beyond it, may. */
const noteRollback = async (query: Query, projection: string, from: number, to: number): Promise<void> => {
  await query('DELETE FROM projections.rolled_back WHERE projection = $1 AND version <= $2', [projection, to]);
  if (to < from)
    await query(
      `INSERT INTO projections.rolled_back AS refused (projection, version) VALUES ($1, $2)
       ON CONFLICT (projection) DO UPDATE SET version = greatest(refused.version, excluded.version)`,
      [projection, from],
    );
};

/**
 * Makes a slot the live one, in a transaction in which the live one is held still at `position`. So no reader sees a
 * position that is older than one it has seen. Whoever filled the old slot is refused there from now on, and has the lease
 * on the new one.
 * @throws TakenOver when the new slot does not stand there, or somebody else fills it
 */
export const swapIn = async (
  query: Query,
  projection: string,
  live: Slot,
  lease: Lease,
  position: bigint,
): Promise<void> => {
  const [fresh] = await query<{ version: number }>(
    `UPDATE projections.slots AS fresh SET holder = old.holder, lease_until = old.lease_until
     FROM projections.slots AS old
     WHERE fresh.slot = $1 AND fresh.epoch = $2 AND fresh.position = $3 AND old.slot = $4 RETURNING fresh.version`,
    [lease.slot, lease.epoch, String(position), live.name],
  );
  if (fresh === undefined) throw new TakenOver(lease.slot);
  await query(
    `UPDATE projections.slots SET epoch = epoch + 1, holder = NULL, lease_until = '-infinity' WHERE slot = $1`,
    [live.name],
  );
  await query('UPDATE projections.live SET slot = $2 WHERE projection = $1', [projection, lease.slot]);
  await query(`UPDATE projections.beside SET previous = $2, next = NULLIF(next, $3) WHERE projection = $1`, [
    projection,
    live.name,
    lease.slot,
  ]);
  await noteRollback(query, projection, live.version, fresh.version);
  await notifySwap(query, projection);
};
