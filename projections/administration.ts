import { randomUUID } from 'node:crypto';
import { dropPrevious } from './beside.ts';
import { openDatabase } from './database.ts';
import { dropLeftOver } from './drop.ts';
import { createFeed } from './feed.ts';
import { openForFilling } from './fillingDatabase.ts';
import type { Projection } from './projection.ts';
import type { ProjectionsDependencies } from './projections.ts';
import { rebuild, type Rebuilt, type RebuildOptions } from './rebuild/rebuild.ts';
import { rollback, type RollbackOptions } from './rebuild/rollback.ts';
import { registry } from './registry.ts';
import { fillingSettings } from './settings.ts';
import { skip, type Skip } from './skip.ts';
import { statusOf, type ProjectionStatus } from './status.ts';

/**
 * What people do with projections, from whichever process; each names a projection. All throw Unavailable when the database
 * is away, and Error with what to do when there is no such projection or no such slot.
 */
export interface Administration {
  /** How every projection stands. */
  readonly list: () => Promise<ReadonlyArray<ProjectionStatus>>;
  readonly rebuild: (name: string, options?: RebuildOptions) => Promise<Rebuilt>;
  /** Has queries read the slot again that was live before, once it has caught up; answers with its name. */
  readonly rollback: (name: string, options?: RollbackOptions) => Promise<string>;
  /** Drops that slot: from then on there is no way back. Answers with its name, or with undefined when there is none. */
  readonly dropPrevious: (name: string) => Promise<string | undefined>;
  /** Has a projection go on behind the event at which it has stopped; answers whether that was decided now, rather than before. */
  readonly skip: (name: string, skip: Skip) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** Milliseconds that one statement of a comparison may take: it may read tables of any size. */
const comparingTimeout = 3_600_000;

export const openAdministration = (dependencies: ProjectionsDependencies): Administration => {
  const { eventStore, databaseUrl, log, projections = registry } = dependencies;
  const settings = fillingSettings(dependencies);
  const shared = { databaseUrl, name: eventStore.connectionName, log };
  const database = openForFilling(shared, projections.length, settings);
  const comparing = openDatabase({
    ...shared,
    connections: projections.length,
    statementTimeout: comparingTimeout,
    idleTimeout: settings.comparingIdleAtMost,
  });
  // Several rebuilt at the same time read the log once.
  const feed = createFeed(eventStore, settings.feed);

  const named = (name: string): Projection => {
    const projection = projections.find((each) => each.name === name);
    if (projection !== undefined) return projection;
    throw new Error(`expected one of ${projections.map((each) => each.name).join(', ')}, found ${name}`);
  };
  const means = () => ({
    database,
    comparing,
    eventStore,
    feed,
    settings,
    holder: `${eventStore.connectionName}-${randomUUID()}`,
  });

  return {
    list: () =>
      Promise.all(projections.map((projection) => statusOf(database, eventStore, projection, settings.feed.catchUp))),
    rebuild: async (name, options) => rebuild(means(), named(name), options),
    rollback: async (name, options) => rollback(means(), named(name), options),
    dropPrevious: async (name) => {
      const dropped = await dropPrevious(database, named(name));
      for (const why of await dropLeftOver(database, name)) log.warn({ projection: name }, why);
      return dropped;
    },
    skip: async (name, what) => skip(database.query, eventStore, named(name), what),
    close: async () => {
      await Promise.all([database.close(), comparing.close()]);
    },
  };
};
