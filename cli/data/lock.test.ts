import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockHolder, takeLock } from './lock.ts';
import { identify } from './process.ts';

describe('the lock of a data folder', () => {
  let folder = '';
  let path = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orderflow-lock-'));
    path = join(folder, 'lock.json');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is had by one at a time, and tells the other who has it', async () => {
    const release = await takeLock(path);
    await expect(takeLock(path)).rejects.toThrow(`in use by process ${process.pid}`);
    expect(await lockHolder(path)).toEqual(await identify(process.pid));
    await release();
    await (
      await takeLock(path)
    )();
  });

  it('leaves nothing behind', async () => {
    await (
      await takeLock(path)
    )();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is taken over from a process that has died', async () => {
    await writeFile(path, JSON.stringify({ pid: 2 ** 22 + 1, started: '1' }));
    expect(await lockHolder(path)).toBeUndefined();
    await (
      await takeLock(path)
    )();
  });

  it('is taken over when another process has got the pid since', async () => {
    await writeFile(path, JSON.stringify({ pid: process.pid, started: 'long ago' }));
    const release = await takeLock(path);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(await identify(process.pid));
    await release();
  });

  it('is had by exactly one of several that take it over at once', async () => {
    await writeFile(path, JSON.stringify({ pid: 2 ** 22 + 1, started: '1' }));
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(path)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('says what to do about a lock that names no process', async () => {
    await writeFile(path, '{"pid":"soon"}');
    await expect(takeLock(path)).rejects.toThrow(
      'expected a process ({"pid": number, "started"?: string}), found {"pid":"soon"}. ' +
        'If no orderflow runs on that folder, delete it.',
    );
  });

  it('says what to do about a take-over that was interrupted', async () => {
    await writeFile(path, JSON.stringify({ pid: 2 ** 22 + 1, started: '1' }));
    await writeFile(`${path}.takeover`, JSON.stringify({ pid: 2 ** 22 + 1, started: '1' }));
    await expect(takeLock(path)).rejects.toThrow(`Delete ${path}.takeover, then start again.`);
  });
});
