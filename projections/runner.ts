import type { Logger } from 'pino';
import { pause } from '../eventstore/backoff.ts';
import type { Batch } from '../eventstore/catchUp.ts';
import { messageOf } from '../eventstore/faults.ts';
import type { Check } from '../eventstore/health.ts';
import { commit } from './commit.ts';
import type { Database } from './database.ts';
import type { Feed } from './feed.ts';
import { holdLease, TakenOver, type LeaseSettings } from './hold.ts';
import { acquire, type Lease } from './lease.ts';
import { planOf } from './plan.ts';
import type { Projection } from './projection.ts';
import { liveSlot } from './slots.ts';

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

  /** Resolves with the position reached: the plan's end, or why it ends before the batch does. */
  const apply = async (lease: Lease, before: bigint, { events }: Batch): Promise<bigint> => {
    let position = before;
    for (let rest = events; rest.length > 0;) {
      const plan = planOf(projection, position, rest);
      if (plan.taken > 0 && !(await commit(query, lease, position, plan, settings.duration)))
        throw new TakenOver(lease.slot);
      if (plan.stop !== undefined) throw plan.stop;
      position = plan.position;
      rest = rest.slice(plan.taken);
    }
    return position;
  };

  const fill = async (lease: Lease, signal: AbortSignal): Promise<void> => {
    let position = lease.position;
    for await (const batch of feed.follow(position, signal)) {
      position = await apply(lease, position, batch);
      report(following(batch, position));
    }
  };

  const attempt = async (): Promise<void> => {
    const slot = await liveSlot(database, projection);
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
