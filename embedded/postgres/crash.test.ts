import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startPostgres } from './postgres.ts';
import { isGone, launch, query, startProcess, until } from './testing.ts';

/** Commits a value that must be there afterwards. */
const keeping = (value: number): string => `DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT ${value} AS value`;

describe('the embedded PostgreSQL and sudden death', () => {
  let folder = '';
  let data = '';
  const strangers: number[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orderflow-postgres-'));
    data = join(folder, 'data');
  });
  afterEach(() => {
    for (const group of strangers.splice(0)) process.kill(-group, 'SIGKILL');
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** The value a table was given before the crash, read by a new launcher. */
  async function readKept(): Promise<unknown> {
    const postgres = await startPostgres({ data });
    const rows = await query(postgres.url('postgres'), 'SELECT value FROM kept');
    await postgres.stop();
    return rows;
  }

  it('ends by itself when its launcher is killed', async () => {
    const { launcher, pid, url } = await launch(data);
    launcher.kill('SIGKILL');
    await until(() => isGone(pid));
    await expect(query(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('starts again right after the launcher was killed, with every commit', async () => {
    const { launcher, url } = await launch(data);
    await query(url, keeping(1));
    launcher.kill('SIGKILL');
    expect(await readKept()).toEqual([{ value: 1 }]);
  });

  it('takes over the folder of an orphan that nothing else stops', async () => {
    const { launcher, pid, url } = await launch(data);
    await query(url, keeping(2));
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
    const children = [...stdout.matchAll(/(\d+) +(\d+)/g)].filter(([, , parent]) => Number(parent) === launcher.pid);
    const watchers = children.map(([, child]) => Number(child)).filter((child) => child !== pid);
    expect(watchers).toHaveLength(1);
    for (const watcher of watchers) process.kill(watcher, 'SIGKILL');
    launcher.kill('SIGKILL');
    await until(() => isGone(launcher.pid));
    expect(await isGone(pid)).toBe(false);
    expect(await readKept()).toEqual([{ value: 2 }]);
    expect(await isGone(pid)).toBe(true);
  });

  it('starts after initdb was killed half way, and clears up behind it', async () => {
    const fresh = join(folder, 'fresh');
    const launcher = startProcess(`
      import { startPostgres } from './postgres/postgres.ts';
      await startPostgres({ data: ${JSON.stringify(fresh)}, log: (line) => console.log(line) });`);
    while (!(await launcher.nextLine()).startsWith('creating directory'));
    launcher.kill('SIGKILL');
    await until(() => isGone(launcher.pid));
    const postgres = await startPostgres({ data: fresh });
    await postgres.stop();
    expect(await readdir(folder)).not.toContainEqual(expect.stringContaining('initdb'));
  });

  it('recovers every commit when PostgreSQL itself is killed, and tells its launcher', async () => {
    const postgres = await startPostgres({ data });
    await query(postgres.url('postgres'), keeping(3));
    process.kill(postgres.pid, 'SIGKILL');
    expect(await postgres.ended).toBe('signal SIGKILL');
    await postgres.stop();
    expect(await readKept()).toEqual([{ value: 3 }]);
  });

  it.each([
    ['a stranger that got the pid', 'exec sleep 60 & echo $!; wait'],
    ['a zombie', 'true & echo $!; exec sleep 60'],
  ])('is not held up by a lock that names %s', async (_, script) => {
    const postgres = await startPostgres({ data });
    await query(postgres.url('postgres'), keeping(4));
    process.kill(postgres.pid, 'SIGKILL');
    await postgres.ended;
    const shell = spawn('/bin/sh', ['-c', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    strangers.push(shell.pid ?? 0);
    const stranger = String((await createInterface({ input: shell.stdout })[Symbol.asyncIterator]().next()).value);
    const lock = join(data, 'postmaster.pid');
    await writeFile(lock, (await readFile(lock, 'utf8')).replace(/^\d+/, stranger));
    expect(await readKept()).toEqual([{ value: 4 }]);
  });

  it('leaves it to the launcher what Ctrl-C does', async () => {
    const { launcher, pid } = await launch(
      data,
      `import { query } from './postgres/testing.ts';
       process.once('SIGINT', async () => {
         console.log(JSON.stringify(await query(postgres.url('postgres'), 'SELECT 5 AS value')));
         await postgres.stop();
         console.log('stopped');
       });
       console.log('waits');`,
    );
    expect(await launcher.nextLine()).toBe('waits');
    launcher.kill('SIGINT');
    expect(await launcher.nextLine()).toBe('[{"value":5}]');
    expect(await launcher.nextLine()).toBe('stopped');
    expect(await isGone(pid)).toBe(true);
  });
});
