import { dropNext, nextSlot } from '../beside.ts';
import type { Database, Query } from '../database.ts';
import type { Projection } from '../projection.ts';
import { dropLeftOver, slotsOf, type Slot } from '../slots.ts';
import { compareSlots, type Comparison, type OnDifference } from './compare.ts';
import { interruptible } from './interruptible.ts';
import { persevere, type Attempted } from './persevere.ts';
import type { OnProgress } from './progress.ts';
import { replace, type Means } from './replace.ts';
import type { Replacement } from './replacement.ts';
import { positionOf } from './swap.ts';

export interface RebuildMeans extends Means {
  /** The same database, for comparisons: statements may take long. */
  readonly comparing: Database;
}

export interface RebuildOptions {
  /** Compare, and leave everything as it is: the check for drift. */
  readonly dryRun?: boolean;
  readonly onProgress?: OnProgress;
  readonly onDifference?: OnDifference;
  /** Stops it; what was filled stays, for the next run to go on with. */
  readonly signal?: AbortSignal;
}

export interface Rebuilt {
  /** The slot that was filled. */
  readonly slot: string;
  /** Whether it is the live one now. */
  readonly swapped: boolean;
  /** How it differed from the slot that was live; undefined when another instance has finished the work. */
  readonly comparison: Comparison | undefined;
}

const refuseOlderCode = ({ name, version }: Slot, projection: Projection): void => {
  if (version > projection.version)
    throw new Error(
      `${name} holds version ${version} of ${projection.name}, this code is version ${projection.version}: ` +
        `rebuild it with newer code, or roll back first`,
    );
};

/** Compares the slots where they meet, in one snapshot taken there; both go on as soon as there is the snapshot. */
const compareWhereTheyMeet = (
  { comparing, database }: RebuildMeans,
  { projection, live, fresh }: { readonly projection: Projection; readonly live: Slot; readonly fresh: Slot },
  { meet }: Replacement,
  { onProgress, onDifference = () => undefined, signal }: RebuildOptions,
): Promise<Comparison> =>
  comparing.transaction(async (snapshot) => {
    await snapshot('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    const position = await meet(async (_, met) => {
      // The first query takes the snapshot.
      const standing = [await positionOf(snapshot, live), await positionOf(snapshot, fresh)];
      if (standing.some((found) => found !== met))
        throw new Error(`expected both slots of ${projection.name} at ${met}, found ${standing.join(' and ')}`);
      return met;
    });
    onProgress?.({ phase: 'comparing', slot: fresh.name, position });
    const compare = (query: Query) => compareSlots(query, projection, live, fresh, position, onDifference);
    return interruptible(snapshot, database, signal, compare);
  });

/**
 * Fills a new slot of a projection from the first event, compares it with the live one and has it take its place; the one
 * that was live is kept as the previous one. Goes on with what an earlier run has begun. Of two at once, one works, and the
 * other takes over should that one die.
 * @throws BadEvent at an event that cannot be applied and that nobody has decided to skip; Unavailable when the database is
 * away from the beginning; the signal's reason when it aborts
 */
export const rebuild = async (
  means: RebuildMeans,
  projection: Projection,
  options: RebuildOptions = {},
): Promise<Rebuilt> => {
  const { dryRun = false, onProgress, signal = new AbortController().signal } = options;
  const { database, settings } = means;
  const { name } = projection;
  let begun: string | undefined;
  let rebuilt: Rebuilt | undefined;

  const attempt = async (): Promise<Rebuilt | undefined> => {
    const { live } = await slotsOf(database, projection);
    if (live.name === begun && !dryRun) return { slot: live.name, swapped: true, comparison: undefined };
    refuseOlderCode(live, projection);
    const fresh = await nextSlot(database, projection, live);
    begun = fresh.name;
    const slots = { projection, live, fresh };
    const result = await replace(means, { ...slots, onProgress, signal }, async (replacement) => {
      const comparison = await compareWhereTheyMeet(means, slots, replacement, options);
      if (!dryRun) await replacement.takePlace();
      return { slot: fresh.name, swapped: !dryRun, comparison };
    });
    return result?.done;
  };

  await slotsOf(database, projection);
  return persevere({ retry: settings.lease.retry, onProgress, signal }, async (): Promise<Attempted<Rebuilt>> => {
    rebuilt ??= await attempt();
    if (rebuilt === undefined) return { filledByOthers: begun ?? name };
    if (dryRun) await dropNext(database, name, rebuilt.slot);
    else await dropLeftOver(database, name);
    return { done: rebuilt };
  });
};
