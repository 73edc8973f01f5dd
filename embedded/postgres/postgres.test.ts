import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from './postgres.ts';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orderflow-postgres-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('answers queries, and keeps its data over a restart', async () => {
    const data = join(folder, 'data');
    const first = await startPostgres({ data, databases: ['orders'] });
    await query(first.url('orders'), `CREATE TABLE t AS SELECT 'kept'::text AS a`);
    await first.stop();
    const second = await startPostgres({ data, databases: ['orders'] });
    const rows = await query(second.url('orders'), 'SELECT a FROM t');
    await second.stop();
    expect(rows).toEqual([{ a: 'kept' }]);
  });
});
