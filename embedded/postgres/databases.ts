import pg from 'pg';

/** Creates the databases that are missing. Safe when another process does the same. */
export async function createDatabases(url: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const name of names) await createDatabase(client, name);
  } finally {
    await client.end();
  }
}

async function createDatabase(client: pg.Client, name: string): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (rowCount !== 0) return;
  await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`).catch((error: unknown) => {
    if (!(error instanceof pg.DatabaseError && alreadyThere.has(error.code))) throw error;
  });
}

/**
 * duplicate_database, and unique_violation when both create it at the same moment
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const alreadyThere = new Set<string | undefined>(['42P04', '23505']);
