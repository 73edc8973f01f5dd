import { pause, waitBefore } from '../../eventstore/backoff.ts';
import { catchUp, type Batch } from '../../eventstore/catchUp.ts';
import type { EventStore } from '../../eventstore/connection.ts';
import { pass } from '../apply.ts';
import type { Database, Query } from '../database.ts';
import type { Feed } from '../feed.ts';
import { createFiller } from '../fill.ts';
import type { Lease } from '../lease.ts';
import type { Projection } from '../projection.ts';
import { createPulse, type Pulse } from '../pulse.ts';
import type { FillingSettings } from '../settings.ts';
import type { Slot } from '../slots.ts';
import { shareOf, type OnProgress } from './progress.ts';
import { holdStill, positionOf, swapIn } from './swap.ts';

export interface ReplacementOptions {
  readonly database: Database;
  readonly eventStore: EventStore;
  readonly feed: Feed;
  /** The definition by which it is filled. */
  readonly projection: Projection;
  readonly live: Slot;
  readonly lease: Lease;
  readonly settings: FillingSettings;
  readonly onProgress?: OnProgress;
  readonly signal: AbortSignal;
}

/** A slot that is filled to take the live one's place. Its methods throw the signal's reason when that aborts. */
export interface Replacement {
  readonly pulse: Pulse;
  /**
   * Brings it to the very position of the live slot, and does `work` there in a transaction in which both stand still.
   * @throws BadEvent, TakenOver, Unavailable
   */
  readonly meet: <A>(work: (query: Query, position: bigint) => Promise<A>) => Promise<A>;
  /** Makes it the live slot; answers with the position at which that happened. */
  readonly takePlace: () => Promise<bigint>;
}

/** Milliseconds: what comes in while as much is caught up is little. */
const moment = 500;

/** Milliseconds between two holds at most. The live slot moves for longer than it is held still, and ever longer. */
const longestPause = 60_000;

/** What stands in the log up to `target`; ends there, or where there is nothing more at present. */
async function* upTo(target: bigint, batches: AsyncIterable<Batch>): AsyncGenerator<Batch, void, undefined> {
  for await (const batch of batches) {
    const events = batch.events.filter(({ position }) => position <= target);
    yield { ...batch, events };
    const last = batch.events.at(-1);
    if (batch.live || (last !== undefined && last.position >= target)) return;
  }
}

/**
 * It never goes further than the live slot. Both come to stand at one position by holding the live one still for the moment
 * that the last few events take; otherwise it would go on, and on. Should they take too long, it is let go for a while.
 */
export const createReplacement = async (options: ReplacementOptions): Promise<Replacement> => {
  const { database, eventStore, feed, projection, live, lease, onProgress, signal } = options;
  const { query } = database;
  const {
    stallAfter,
    holdAtMost,
    feed: { catchUp: settings },
    lease: { duration },
  } = options.settings;
  const pulse = createPulse(lease.position, stallAfter);
  const filler = await createFiller({ query, eventStore, projection, lease, duration, pulse });
  let position = lease.position;

  const tell = (target: bigint): void => {
    const { error } = pulse.report();
    if (error !== undefined) return onProgress?.({ phase: 'waiting', why: error });
    const [share, rate, left] = [shareOf(position, target), pulse.meter.rate(), pulse.meter.timeTo(target)];
    onProgress?.({ phase: 'filling', slot: lease.slot, position, target, share, rate, left });
  };

  const fillTo = (target: bigint, batches: AsyncIterable<Batch>): Promise<void> =>
    filler.fill(position, upTo(target, batches), (reached) => {
      position = reached;
      tell(target);
    });

  /** Leaves a moment's events at most. */
  const approach = async (): Promise<void> => {
    for (let batches = feed.follow(position, signal); ; batches = catchUp(eventStore, position, signal, settings)) {
      const target = await positionOf(query, live);
      const began = performance.now();
      if (position < target) await fillTo(target, batches);
      signal.throwIfAborted();
      if (performance.now() - began < moment) return;
    }
  };

  /** Fills up to `target`, where the live slot stands meanwhile; false when that took too long. */
  const complete = async (target: bigint): Promise<boolean> => {
    const expiry = AbortSignal.timeout(holdAtMost);
    // A subscription of its own, made just now: when it says that it is live, then all up to `target` was delivered.
    const batches = catchUp(eventStore, position, AbortSignal.any([signal, expiry]), settings);
    if (position < target) await fillTo(target, batches);
    signal.throwIfAborted();
    if (position < target && expiry.aborted) return false;
    if (position < target) await pass(filler.filling, position, target);
    position = target;
    return true;
  };

  const hold = <A>(work: (query: Query, position: bigint) => Promise<A>) =>
    database.transaction(async (holding) => {
      // Should this process freeze, the database lets go of the live slot.
      await holding(`SET LOCAL idle_in_transaction_session_timeout = ${holdAtMost * 2}`);
      const target = await holdStill(holding, projection.name, live);
      if (position > target)
        throw new Error(`expected ${lease.slot} behind ${live.name} at ${target}, found it at ${position}: begin anew`);
      return (await complete(target)) ? { done: await work(holding, target) } : undefined;
    });

  const meet: Replacement['meet'] = async (work) => {
    for (let tries = 0; ; tries += 1) {
      await approach();
      const met = await hold(work);
      if (met !== undefined) return met.done;
      const why = `the last events took longer than the ${holdAtMost} ms for which ${live.name} may be held still; trying again`;
      onProgress?.({ phase: 'waiting', why });
      await pause(waitBefore({ first: holdAtMost * 4, most: Math.max(longestPause, holdAtMost * 4) }, tries), signal);
    }
  };

  return {
    pulse,
    meet,
    takePlace: () =>
      meet(async (holding, at) => {
        await swapIn(holding, projection.name, live, lease, at);
        return at;
      }),
  };
};
