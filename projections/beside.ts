import { exclusively } from './bookkeeping.ts';
import type { Database, Query } from './database.ts';
import { dropLeftOver, dropSlot } from './drop.ts';
import { fingerprintOf } from './fingerprint.ts';
import { TakenOver } from './hold.ts';
import type { Projection } from './projection.ts';
import { createSlot, findSlots, slotsOf, type Slot } from './slots.ts';

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

/** What fills it is refused there from now on. Whether it can be dropped is another question. */
const abandon = async (query: Query, projection: string, next: Slot): Promise<void> => {
  await query('UPDATE projections.beside SET next = NULL WHERE projection = $1', [projection]);
  await query(
    `UPDATE projections.slots SET epoch = epoch + 1, holder = NULL, lease_until = '-infinity' WHERE slot = $1`,
    [next.name],
  );
};

const isFilledBy = async (query: Query, projection: Projection, { name, version }: Slot): Promise<boolean> => {
  const [definition] = await query<{ fingerprint: string }>(
    'SELECT fingerprint FROM projections.definitions WHERE slot = $1',
    [name],
  );
  return version === projection.version && definition?.fingerprint === fingerprintOf(projection);
};

export interface NextOptions {
  /** Whether one that was begun is left for a new one, although the definition is the same. */
  readonly fromStart?: boolean;
}

/**
 * The slot that is to take the place of `live`: the one that was begun, else a new one. One that was begun by another
 * definition is dropped and begun anew, unless newer code fills it. Answers with undefined while somebody fills one by
 * another definition of the same version.
 * @throws Error when newer code fills one; TakenOver when another slot is live by now: whoever began this one has swapped it in
 */
export const nextSlot = async (
  database: Database,
  projection: Projection,
  live: Slot,
  { fromStart = false }: NextOptions = {},
): Promise<Slot | undefined> => {
  const { name, version } = projection;
  let isLeft = false;
  const found = await exclusively(database, async (query) => {
    await query('INSERT INTO projections.beside (projection) VALUES ($1) ON CONFLICT DO NOTHING', [name]);
    const slots = await findSlots(query, name);
    if (slots?.live.name !== live.name) throw new TakenOver(live.name);
    const { next } = slots;
    if (next === undefined) return create(query, projection);
    if (!fromStart && (await isFilledBy(query, projection, next))) return next;
    const filled = await isFilled(query, next);
    if (filled && next.version > version)
      throw new Error(
        `newer code fills ${next.name} with version ${next.version} of ${name}, this code is version ${version}`,
      );
    if (filled && next.version === version) return undefined;
    await abandon(query, name, next);
    isLeft = true;
    return create(query, projection);
  });
  // Should somebody read it, whoever tidies up next tells.
  if (isLeft) await dropLeftOver(database, name);
  return found;
};

/** Gives up the slot that was to take the live one's place, if it still is this one and nobody has begun to fill it again. */
export const abandonNext = (database: Database, projection: string, slot: string): Promise<void> =>
  exclusively(database, async (query) => {
    const next = (await findSlots(query, projection))?.next;
    if (next?.name === slot && !(await isFilled(query, next))) await abandon(query, projection, next);
  });

/**
 * Drops the slot that was live before; answers with its name, or with undefined when there is none.
 * @throws Error when somebody reads it, or a rollback fills it
 */
export const dropPrevious = async (database: Database, projection: Projection): Promise<string | undefined> => {
  const { name } = projection;
  await slotsOf(database, projection);
  return exclusively(database, async (query) => {
    const previous = (await findSlots(query, name))?.previous;
    if (previous === undefined) return undefined;
    if (await isFilled(query, previous)) throw new Error(`${previous.name} is on its way back: a rollback fills it`);
    await query('UPDATE projections.beside SET previous = NULL WHERE projection = $1', [name]);
    await dropSlot(query, previous.name);
    return previous.name;
  });
};
