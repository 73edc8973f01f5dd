import { exclusively } from './bookkeeping.ts';
import type { Database, Query } from './database.ts';
import { TakenOver } from './hold.ts';
import type { Projection } from './projection.ts';
import { createSlot, dropSlot, findSlots, type Slot } from './slots.ts';

const isFilled = async (query: Query, slot: Slot): Promise<boolean> => {
  const held = await query('SELECT slot FROM projections.slots WHERE slot = $1 AND lease_until > clock_timestamp()', [
    slot.name,
  ]);
  return held.length > 0;
};

const create = async (query: Query, projection: Projection): Promise<Slot> => {
  const [beside] = await query<{ highest_number: number }>(
    `UPDATE projections.beside SET highest_number = highest_number + 1 WHERE projection = $1 RETURNING highest_number`,
    [projection.name],
  );
  if (beside === undefined) throw new Error(`expected ${projection.name} to be set up, found no record of its slots`);
  const slot = await createSlot(query, projection, beside.highest_number);
  await query('UPDATE projections.beside SET next = $2 WHERE projection = $1', [projection.name, slot.name]);
  return slot;
};

const forget = async (query: Query, projection: string, next: Slot): Promise<void> => {
  await query('UPDATE projections.beside SET next = NULL WHERE projection = $1', [projection]);
  await dropSlot(query, next.name);
};

/**
 * The slot that is to take the place of `live`: the one that was begun, else a new one. One of another version is dropped
 * and begun anew, unless newer code fills it.
 * @throws Error when newer code fills one; TakenOver when another slot is live by now: whoever began this one has swapped it in
 */
export const nextSlot = (database: Database, projection: Projection, live: Slot): Promise<Slot> =>
  exclusively(database, async (query) => {
    const { name, version } = projection;
    await query('INSERT INTO projections.beside (projection) VALUES ($1) ON CONFLICT DO NOTHING', [name]);
    const slots = await findSlots(query, name);
    if (slots?.live.name !== live.name) throw new TakenOver(live.name);
    const { next } = slots;
    if (next?.version === version) return next;
    if (next !== undefined && next.version > version && (await isFilled(query, next)))
      throw new Error(
        `newer code fills ${next.name} with version ${next.version} of ${name}, this code is version ${version}`,
      );
    if (next !== undefined) await forget(query, name, next);
    return create(query, projection);
  });

/** Drops the slot that was to take the live one's place, if it still is this one and nobody has begun to fill it again. */
export const dropNext = (database: Database, projection: string, slot: string): Promise<void> =>
  exclusively(database, async (query) => {
    const next = (await findSlots(query, projection))?.next;
    if (next?.name === slot && !(await isFilled(query, next))) await forget(query, projection, next);
  });

/** Drops the slot that was live before; answers with its name, or with undefined when there is none. */
export const dropPrevious = (database: Database, projection: string): Promise<string | undefined> =>
  exclusively(database, async (query) => {
    const previous = (await findSlots(query, projection))?.previous;
    if (previous === undefined) return undefined;
    if (await isFilled(query, previous)) throw new Error(`${previous.name} is on its way back: a rollback fills it`);
    await query('UPDATE projections.beside SET previous = NULL WHERE projection = $1', [projection]);
    await dropSlot(query, previous.name);
    return previous.name;
  });
