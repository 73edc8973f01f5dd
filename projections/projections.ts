import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { EventStore } from '../eventstore/connection.ts';
import type { Check, RunningService } from '../eventstore/health.ts';
import { createFeed } from './feed.ts';
import { openForFilling } from './fillingDatabase.ts';
import type { Projection } from './projection.ts';
import { startUpgrade } from './rebuild/upgrade.ts';
import { registry } from './registry.ts';
import { startRunner } from './runner.ts';
import { fillingSettings, type FillingOptions } from './settings.ts';

export interface ProjectionsDependencies extends FillingOptions {
  readonly eventStore: EventStore;
  /** Connection string, `postgres://…`. */
  readonly databaseUrl: string;
  readonly log: Logger;
  readonly projections?: ReadonlyArray<Projection>;
}

/**
 * Fills every read model from the log. Starts whether or not event store and database are there: it waits for them.
 * Any number of instances may run: each projection is filled by one of them, and another takes over when that one dies.
 * A projection whose tables are of an older version goes on with them until the new version has caught up.
 * Health has one check a projection, and another one while a new version is made.
 */
export const start = (dependencies: ProjectionsDependencies): Promise<RunningService> => {
  const { eventStore, databaseUrl, log, projections = registry } = dependencies;
  const settings = fillingSettings(dependencies);
  const options = { databaseUrl, name: eventStore.connectionName, log };
  const database = openForFilling(options, projections.length, settings);
  const feed = createFeed(eventStore, settings.feed);
  // New versions begin with the first event: they have a place in common with each other, not with what is live.
  const upgradeFeed = createFeed(eventStore, settings.feed);
  const holder = `${eventStore.connectionName}-${randomUUID()}`;
  const means = { database, eventStore, holder, settings, log };
  const parts = projections.map((projection) => ({
    projection,
    runner: startRunner({ ...means, feed, projection }),
    upgrade: startUpgrade({ ...means, feed: upgradeFeed, projection }),
  }));
  const stop = async (): Promise<void> => {
    await Promise.all(parts.flatMap(({ runner, upgrade }) => [runner.stop(), upgrade.stop()]));
    await database.close();
  };
  const checks = ({ projection: { name, version }, runner, upgrade }: (typeof parts)[number]): [string, Check][] => {
    const upgrading = upgrade.check();
    const live: [string, Check] = [name, runner.check()];
    return upgrading === undefined ? [live] : [live, [`${name} version ${version}`, upgrading]];
  };
  let stopping: Promise<void> | undefined;
  return Promise.resolve({
    health: () => Object.fromEntries(parts.flatMap(checks)),
    stop: () => (stopping ??= stop()),
  });
};
