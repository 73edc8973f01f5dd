import type { Logger } from 'pino';
import { pause } from '../eventstore/backoff.ts';
import type { Batch } from '../eventstore/catchUp.ts';
import { messageOf } from '../eventstore/faults.ts';
import type { Check } from '../eventstore/health.ts';
import { apply } from './apply.ts';
import type { Database } from './database.ts';
import type { Feed } from './feed.ts';
import { holdLease, type LeaseSettings } from './hold.ts';
import { acquire, type Lease } from './lease.ts';
import type { Projection } from './projection.ts';
import { liveSlot, type Slot } from './slots.ts';

export interface RunnerOptions {
  readonly projection: Projection;
  readonly database: Database;
  readonly feed: Feed;
  readonly log: Logger;
  /** Names this instance among others. */
  readonly holder: string;
  readonly settings: LeaseSettings;
}

export interface Runner {
  readonly check: () => Check;
  /** Ends after the batch in hand and gives the lease back. */
  readonly stop: () => Promise<void>;
}

const starting: Check = { ok: false, detail: 'starting' };
const standingBy: Check = { ok: true, detail: 'standing by: another instance fills it' };

const following = ({ live, fault }: Batch, position: bigint): Check =>
  fault === undefined
    ? { ok: true, detail: `${live ? 'live' : 'catching up'}, at position ${position}` }
    : { ok: false, detail: `${fault}; at position ${position}` };

const otherVersion = (slot: Slot, { name, version }: Projection): Error =>
  new Error(`${slot.name} holds version ${slot.version} of ${name}, this code is version ${version}: rebuild ${name}`);

/**
 * Fills a projection's live slot for as long as it holds the slot's lease, stands by while somebody else does, and begins
 * again from the checkpoint after every fault, a bad event included: newer code or a decision may have it out of the way.
 */
export const startRunner = ({ projection, database, feed, log, holder, settings }: RunnerOptions): Runner => {
  const { query } = database;
  const stopping = new AbortController();
  let state = starting;

  const report = (check: Check): void => {
    if (!check.ok && check.detail !== state.detail) log.error({ projection: projection.name }, check.detail);
    state = check;
  };

  const fill = async (lease: Lease, signal: AbortSignal): Promise<void> => {
    const filling = { query, projection, lease, duration: settings.duration };
    let position = lease.position;
    for await (const batch of feed.follow(position, signal)) {
      position = await apply(filling, position, batch.events);
      report(following(batch, position));
    }
  };

  const attempt = async (): Promise<void> => {
    const slot = await liveSlot(database, projection);
    if (slot.version !== projection.version) throw otherVersion(slot, projection);
    const lease = await acquire(query, slot.name, holder, settings.duration);
    if (lease === undefined) return report(standingBy);
    await holdLease(query, lease, settings, stopping.signal, (signal) => fill(lease, signal));
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await attempt().catch((error: unknown) => report({ ok: false, detail: messageOf(error) }));
      await pause(settings.retry, stopping.signal);
    }
  };

  const running = run();
  return {
    check: () => state,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
};
