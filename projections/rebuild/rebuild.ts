import { messageOf } from '../../eventstore/faults.ts';
import { abandonNext, nextSlot } from '../beside.ts';
import type { Database, Query } from '../database.ts';
import { dropLeftOver } from '../drop.ts';
import type { Projection } from '../projection.ts';
import { findLive, slotsOf, type Slot } from '../slots.ts';
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
  /** Does not go on with what an earlier run has begun. */
  readonly fromStart?: boolean;
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
  /** Why slots that nobody needs any more are still there; whoever comes next tries again to drop them. */
  readonly leftOver: ReadonlyArray<string>;
}

interface Begun {
  readonly projection: Projection;
  readonly live: Slot;
  readonly fresh: Slot;
}

const refuseOlderCode = ({ name, version }: Slot, projection: Projection): void => {
  if (version > projection.version)
    throw new Error(
      `${name} holds version ${version} of ${projection.name}, this code is version ${projection.version}: ` +
        `rebuild it with newer code, or roll back first`,
    );
};

/**
 * Compares the slots where they meet, in one snapshot taken there; both go on as soon as there is the snapshot. It is held
 * for as long as the comparison takes, and not while a slot is filled: the database cleans up nothing that is newer.
 */
const compareWhereTheyMeet = async (
  { comparing, database }: RebuildMeans,
  { projection, live, fresh }: Begun,
  { meet }: Replacement,
  { onProgress, onDifference = () => undefined, signal }: RebuildOptions,
): Promise<Comparison> => {
  const compareAt = (position: bigint, onSnapshot: () => void): Promise<Comparison> =>
    comparing.transaction(async (snapshot) => {
      await snapshot('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      // The first query takes the snapshot.
      const standing = [await positionOf(snapshot, live), await positionOf(snapshot, fresh)];
      if (standing.some((found) => found !== position))
        throw new Error(`expected both slots of ${projection.name} at ${position}, found ${standing.join(' and ')}`);
      onSnapshot();
      onProgress?.({ phase: 'comparing', slot: fresh.name, position });
      const compare = (query: Query) => compareSlots(query, projection, live, fresh, position, onDifference);
      return interruptible(snapshot, database, signal, compare);
    });
  const { comparison } = await meet(
    (_, position) =>
      new Promise<{ readonly comparison: Promise<Comparison> }>((resolve, reject) => {
        const comparison = compareAt(position, () => resolve({ comparison }));
        comparison.catch(reject);
      }),
  );
  return comparison;
};

type Outcome = Omit<Rebuilt, 'leftOver'>;

/** Drops what nobody needs any more, as far as that is possible. */
const tidy = async ({ database }: Means, name: string, { slot, swapped }: Outcome): Promise<Rebuilt['leftOver']> => {
  try {
    if (!swapped) await abandonNext(database, name, slot);
  } catch (error) {
    return [`${slot} is still there, for the next run to go on with: ${messageOf(error)}`];
  }
  return dropLeftOver(database, name);
};

/**
 * Fills a new slot of a projection from the first event, compares it with the live one and has it take its place; the one
 * that was live is kept as the previous one. Goes on with what an earlier run has begun by the same definition. Of two at once, one works, and the
 * other takes over should that one die.
 * @throws BadEvent at an event that cannot be applied and that nobody has decided to skip; Unavailable when the database is
 * away from the beginning; the signal's reason when it aborts
 */
export const rebuild = async (
  means: RebuildMeans,
  projection: Projection,
  options: RebuildOptions = {},
): Promise<Rebuilt> => {
  const { dryRun = false, fromStart = false, onProgress, signal = new AbortController().signal } = options;
  const { database, settings } = means;
  const { name } = projection;
  let begun: string | undefined;
  let comparison: Comparison | undefined;

  const swappedIn = (live: Slot | undefined): Outcome | undefined =>
    live !== undefined && live.name === begun && !dryRun ? { slot: begun, swapped: true, comparison } : undefined;

  const begin = async (): Promise<Begun | undefined> => {
    const { live, next } = await slotsOf(database, projection);
    refuseOlderCode(live, projection);
    const fresh = await nextSlot(database, projection, live, { fromStart: fromStart && begun === undefined });
    if (fresh === undefined) return undefined;
    if (next !== undefined && next.name !== fresh.name)
      onProgress?.({ phase: 'begun anew', slot: fresh.name, left: next.name });
    begun = fresh.name;
    return { projection, live, fresh };
  };

  const attempt = async (): Promise<Outcome | undefined> => {
    const already = swappedIn((await slotsOf(database, projection)).live);
    if (already !== undefined) return already;
    comparison = undefined;
    const slots = await begin();
    if (slots === undefined) return undefined;
    const result = await replace(means, { ...slots, onProgress, signal }, async (replacement) => {
      comparison = await compareWhereTheyMeet(means, slots, replacement, options);
      if (!dryRun) await replacement.takePlace();
      return { slot: slots.fresh.name, swapped: !dryRun, comparison };
    });
    return result?.done;
  };

  await slotsOf(database, projection);
  const outcome = await persevere(
    { retry: settings.lease.retry, onProgress, signal },
    async () => swappedIn(await findLive(database.query, name)),
    async (): Promise<Attempted<Outcome>> => {
      const done = await attempt();
      return done === undefined ? { filledByOthers: begun ?? name } : { done };
    },
  );
  // What it came to stands from here on, whatever becomes of slots that nobody needs.
  return { ...outcome, leftOver: await tidy(means, name, outcome) };
};
