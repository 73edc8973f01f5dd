import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import type { Logger } from 'pino';

/** Brings the profiles database up to date. Safe when several start at once: the others wait for the first. */
export const migrate = async (databaseUrl: string, log: Logger): Promise<void> => {
  await runner({
    databaseUrl,
    dir: join(import.meta.dirname, 'migrations'),
    ignorePattern: '.*\\.map',
    migrationsTable: 'migrations',
    direction: 'up',
    singleTransaction: true,
    advisoryLockMode: 'wait',
    log: (message) => log.debug(message),
  });
};
