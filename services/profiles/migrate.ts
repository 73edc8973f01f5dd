import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import type { Logger } from 'pino';
import { messageOf } from '../../eventstore/faults.ts';

/**
 * Brings the profiles database up to date. Safe when several start at once: the others wait for the first.
 * @throws when the database is away.
 */
export const migrate = async (databaseUrl: string, log: Logger): Promise<void> => {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 2_000 });
  // Without a listener, a connection that is lost between two statements would end the process.
  client.on('error', (error) => log.warn({ err: messageOf(error) }, 'lost the profiles database while migrating'));
  await client.connect();
  try {
    await runner({
      dbClient: client,
      dir: join(import.meta.dirname, 'migrations'),
      ignorePattern: '.*\\.map',
      migrationsTable: 'migrations',
      direction: 'up',
      singleTransaction: true,
      advisoryLockMode: 'wait',
      log: (message) => log.debug(message),
    });
  } finally {
    await client.end();
  }
};
