import type { Logger } from 'pino';
import { pause } from '../eventstore/backoff.ts';
import type { EventStore } from '../eventstore/connection.ts';
import { messageOf } from '../eventstore/faults.ts';
import type { Check } from '../eventstore/health.ts';
import type { Database } from './database.ts';
import type { Feed } from './feed.ts';
import { createFiller } from './fill.ts';
import { holdLease, TakenOver } from './hold.ts';
import { acquire, type Lease } from './lease.ts';
import { definitionOf, definitionsOf, type Projection } from './projection.ts';
import { createReporter } from './reports.ts';
import { createPulse, type Pulse } from './pulse.ts';
import type { FillingSettings } from './settings.ts';
import { slotsOf, type Slot } from './slots.ts';

export interface RunnerOptions {
  readonly projection: Projection;
  readonly database: Database;
  readonly eventStore: EventStore;
  readonly feed: Feed;
  readonly log: Logger;
  /** Names this instance among others. */
  readonly holder: string;
  readonly settings: FillingSettings;
}

export interface Runner {
  readonly check: () => Check;
  /** Ends after the batch in hand and gives the lease back. */
  readonly stop: () => Promise<void>;
}

const starting: Check = { ok: false, detail: 'starting' };
const standingBy: Check = { ok: true, detail: 'standing by: another instance fills it' };

const unknownVersion = ({ name, version }: Slot, projection: Projection): Error => {
  const known = definitionsOf(projection).map((definition) => definition.version);
  const advice =
    version < projection.version
      ? `it stands still until version ${projection.version} takes its place`
      : `start the newer code that filled it`;
  return new Error(
    `${name} holds version ${version} of ${projection.name}, this code knows ${known.join(' and ')}: ${advice}`,
  );
};

/**
 * Fills a projection's live slot for as long as it holds the slot's lease, stands by while somebody else does, and begins
 * again from the checkpoint after every fault, a bad event included: newer code or a decision may have it out of the way.
 * When another slot becomes the live one, what it writes to the old one is refused, and it goes on with the new one.
 */
export const startRunner = (options: RunnerOptions): Runner => {
  const { projection, database, eventStore, feed, log, holder, settings } = options;
  const { lease: leasing, stallAfter } = settings;
  const { query } = database;
  const stopping = new AbortController();
  let said = starting;
  let pulse: Pulse | undefined;

  const fill = async (lease: Lease, definition: Projection, signal: AbortSignal): Promise<void> => {
    pulse = createPulse(lease.position, stallAfter);
    const { duration } = leasing;
    const filler = await createFiller({ query, eventStore, projection: definition, lease, duration, pulse });
    await filler.fill(lease.position, feed.follow(lease.position, signal));
  };

  const attempt = async (): Promise<void> => {
    const { live } = await slotsOf(database, projection);
    const definition = definitionOf(projection, live.version);
    if (definition === undefined) {
      const error = unknownVersion(live, projection);
      await createReporter(query, { slot: live.name })({ state: 'waiting', error: error.message, rate: 0 });
      throw error;
    }
    const lease = await acquire(query, live.name, holder, leasing.duration);
    if (lease === undefined) said = standingBy;
    else await holdLease(query, lease, leasing, stopping.signal, (signal) => fill(lease, definition, signal));
  };

  const note = (error: unknown): void => {
    const detail = messageOf(error);
    const ok = error instanceof TakenOver;
    if (detail !== said.detail) log[ok ? 'info' : 'error']({ projection: projection.name }, detail);
    said = { ok, detail };
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const error: unknown = await attempt().then(
        () => undefined,
        (fault: unknown) => fault,
      );
      pulse = undefined;
      if (error !== undefined) note(error);
      // Whoever was replaced in its slot may have another one to fill.
      if (!(error instanceof TakenOver)) await pause(leasing.retry, stopping.signal);
    }
  };

  const running = run();
  return {
    check: () => pulse?.check() ?? said,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
};
