import { execFile } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startPostgres, type Postgres, type PostgresOptions } from './postgres.ts';
import { isGone, launch, query, until } from './testing.ts';

describe('the embedded PostgreSQL', () => {
  let folder = '';
  let data = '';
  const started: Postgres[] = [];
  const start = async (options: Partial<PostgresOptions> = {}): Promise<Postgres> => {
    const postgres = await startPostgres({ data, ...options });
    started.push(postgres);
    return postgres;
  };
  const stopAll = (): Promise<unknown> => Promise.all(started.splice(0).map((postgres) => postgres.stop()));
  beforeAll(async () => {
    // Of mode 0700: what root makes is closed to every other account.
    folder = await mkdtemp(join(tmpdir(), 'orderflow-postgres-'));
    data = join(folder, 'made on', 'first use');
  });
  afterEach(stopAll);
  afterAll(() => rm(folder, { recursive: true }));

  it('keeps its data over a restart', async () => {
    const first = await start({ databases: ['orders'] });
    await query(first.url('orders'), `CREATE TABLE letters AS SELECT 'Zoë ✓' AS name`);
    await first.stop();
    const second = await start({ databases: ['orders'] });
    expect(await query(second.url('orders'), 'SELECT name FROM letters')).toEqual([{ name: 'Zoë ✓' }]);
  });

  it('makes databases of any name, once', async () => {
    const { url, createDatabase } = await start({ databases: ['a "quoted" name'] });
    await Promise.all([createDatabase('profiles'), createDatabase('profiles')]);
    await createDatabase('a "quoted" name');
    expect(await query(url('a "quoted" name'), 'SELECT current_database() AS name')).toEqual([
      { name: 'a "quoted" name' },
    ]);
    expect(await query(url('profiles'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is durable, listens on 127.0.0.1 only, and has no Unix socket', async () => {
    const { url } = await start();
    const shown = await query(
      url('postgres'),
      `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes',
         'listen_addresses', 'unix_socket_directories', 'server_encoding') ORDER BY name`,
    );
    expect(shown).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'full_page_writes', setting: 'on' },
      { name: 'listen_addresses', setting: '127.0.0.1' },
      { name: 'server_encoding', setting: 'UTF8' },
      { name: 'synchronous_commit', setting: 'on' },
      { name: 'unix_socket_directories', setting: '' },
    ]);
  });

  it('lets nobody in without the password, which only the owner of the folder can read', async () => {
    const { port } = await start();
    const stranger = new pg.Client({
      host: '127.0.0.1',
      port,
      user: 'orderflow',
      database: 'postgres',
      password: 'guess',
    });
    await expect(stranger.connect()).rejects.toThrow('password authentication failed');
    expect((await stat(data)).mode & 0o777).toBe(0o700);
    expect((await stat(join(data, 'orderflow-password'))).mode & 0o777).toBe(0o600);
  });

  it('refuses a folder that is in use, naming the process, and leaves its server alone', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(`${data} is in use by process ${process.pid}`);
    expect(await query(first.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('gives a new folder to one of two that start at once', async () => {
    const fresh = join(folder, 'fresh');
    const outcomes = await Promise.allSettled([start({ data: fresh }), start({ data: fresh })]);
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
    expect(refused).toEqual([expect.stringContaining(`${fresh} is in use by`)]);
    expect(await readdir(folder)).not.toContainEqual(expect.stringContaining('initdb'));
  });

  it("leaves a folder with someone else's files as it is", async () => {
    const foreign = await mkdtemp(join(folder, 'foreign-'));
    await writeFile(join(foreign, 'thesis.txt'), 'ten years of work');
    await expect(start({ data: foreign })).rejects.toThrow(
      'is not empty and holds no PostgreSQL cluster (no PG_VERSION)',
    );
    expect(await readdir(foreign)).toEqual(['thesis.txt']);
  });

  it('names the port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(start({ port })).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken`);
    server.close();
  });

  it('listens on the port it is given', async () => {
    const { port } = await start();
    await stopAll();
    expect((await start({ port })).port).toBe(port);
  });

  it('stops once, however often it is asked, and says how it ended', async () => {
    const { stop, ended } = await start();
    await Promise.all([stop(), stop()]);
    await stop();
    expect(await ended).toBe('exit code 0');
  });

  it('stops, and starts again, when a session hangs', async () => {
    const { url, stop, ended } = await start({ stopTimeoutMs: 200 });
    const client = new pg.Client({ connectionString: url('postgres') });
    const cut = once(client, 'error');
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    process.kill(rows[0]?.pid ?? 0, 'SIGSTOP');
    await stop();
    await cut;
    expect(await ended).toMatch('exit code');
    await start();
  });

  it("ignores the environment's own PostgreSQL settings and locale", async () => {
    const before = { ...process.env };
    Object.assign(process.env, { PGDATA: '/nowhere', PGPORT: '1', LANG: 'tlh_KX', LC_ALL: '' });
    try {
      const { url } = await start();
      expect(await query(url('postgres'), 'SHOW lc_messages')).toEqual([{ lc_messages: 'C' }]);
    } finally {
      process.env = before;
    }
  });
});

const asRoot = process.getuid?.() === 0 ? it : it.skip;

asRoot('started by root, runs as nobody where namespaces are forbidden', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'orderflow-postgres-'));
  // With nothing but `id` on the path there is no `unshare`; and nobody must be able to reach the folder.
  await promisify(execFile)('sh', ['-c', 'chmod 755 "$0" && ln -s "$(command -v id)" "$0/id"', folder]);
  const { launcher, pid, url } = await launch(join(folder, 'data'), '', { ...process.env, PATH: folder });
  expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect((await stat(join(folder, 'data'))).uid).not.toBe(0);
  launcher.kill('SIGKILL');
  await until(() => isGone(pid));
  await rm(folder, { recursive: true });
});
