import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { defaultCatchUp } from '../eventstore/catchUp.ts';
import type { EventStore } from '../eventstore/connection.ts';
import type { RunningService } from '../eventstore/health.ts';
import { openDatabase } from './database.ts';
import { createFeed, type FeedSettings } from './feed.ts';
import type { LeaseSettings } from './hold.ts';
import type { Projection } from './projection.ts';
import { registry } from './registry.ts';
import { startRunner } from './runner.ts';

export interface ProjectionsDependencies {
  readonly eventStore: EventStore;
  /** Connection string, `postgres://…`. */
  readonly databaseUrl: string;
  readonly log: Logger;
  readonly projections?: ReadonlyArray<Projection>;
  readonly lease?: LeaseSettings;
  readonly feed?: FeedSettings;
  /** Milliseconds until a statement is given up. */
  readonly statementTimeout?: number;
}

const defaultLease: LeaseSettings = { duration: 4_000, retry: 1_000 };
const defaultFeed: FeedSettings = { catchUp: defaultCatchUp, gathering: 100, grace: 1_000 };

/**
 * Fills every read model from the log. Starts whether or not event store and database are there: it waits for them.
 * Any number of instances may run: each projection is filled by one of them, and another takes over when that one dies.
 * Health has one check a projection.
 */
export const start = (dependencies: ProjectionsDependencies): Promise<RunningService> => {
  const { eventStore, databaseUrl, log, projections = registry, statementTimeout = 10_000 } = dependencies;
  const database = openDatabase({
    databaseUrl,
    name: eventStore.connectionName,
    log,
    // One for a batch and one to renew the lease.
    connections: projections.length * 2,
    statementTimeout,
  });
  const feed = createFeed(eventStore, dependencies.feed ?? defaultFeed);
  const holder = `${eventStore.connectionName}-${randomUUID()}`;
  const settings = dependencies.lease ?? defaultLease;
  const runners = projections.map((projection) => ({
    name: projection.name,
    runner: startRunner({ projection, database, feed, log, holder, settings }),
  }));
  const stop = async (): Promise<void> => {
    await Promise.all(runners.map(({ runner }) => runner.stop()));
    await database.close();
  };
  let stopping: Promise<void> | undefined;
  return Promise.resolve({
    health: () => Object.fromEntries(runners.map(({ name, runner }) => [name, runner.check()])),
    stop: () => (stopping ??= stop()),
  });
};
