import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dataFolder, openFolder, wipeFolder, type DataFolder } from './folder.ts';
import { identify } from './process.ts';
import { findRun, folderSettings, writeRun } from './run.ts';
import { keepSecrets, readSecrets } from './secrets.ts';

let parent = '';
let folder: DataFolder = dataFolder('.');
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'orderflow-folder-'));
  folder = dataFolder(join(parent, 'data'));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

describe('a data folder', () => {
  it('is made on first use, for its owner alone', async () => {
    await openFolder(folder);
    await openFolder(folder);
    expect(await modeOf(folder.root)).toBe('700');
  });

  it("is refused, untouched, when it holds somebody else's files", async () => {
    await mkdir(folder.root);
    await writeFile(join(folder.root, 'thesis.tex'), 'years of work');
    await expect(openFolder(folder)).rejects.toThrow('holds something else');
    expect(await readdir(folder.root)).toEqual(['thesis.tex']);
  });

  it('is refused when it was laid out by another version', async () => {
    await openFolder(folder);
    await writeFile(join(folder.root, 'orderflow.json'), '{"layout":99}');
    await expect(openFolder(folder)).rejects.toThrow('was made by another version');
  });

  it('forgets everything but the lock', async () => {
    await openFolder(folder);
    await keepSecrets(folder);
    await mkdir(folder.eventStore);
    await writeFile(join(folder.eventStore, 'data'), 'events');
    await writeFile(folder.lock, 'mine');
    await wipeFolder(folder);
    expect((await readdir(folder.root)).sort()).toEqual(['lock.json', 'orderflow.json']);
  });
});

describe('the secrets of a data folder', () => {
  beforeEach(() => openFolder(folder));

  it('are made once, for their owner alone, and differ from those of any other folder', async () => {
    const secrets = await keepSecrets(folder);
    expect(await keepSecrets(folder)).toEqual(secrets);
    expect(await modeOf(folder.secrets)).toBe('600');
    const other = dataFolder(join(parent, 'other'));
    await openFolder(other);
    expect((await keepSecrets(other)).JWT_SECRET).not.toBe(secrets.JWT_SECRET);
    expect(secrets.JWT_SECRET.length).toBeGreaterThanOrEqual(32);
  });

  it('are refused when the file is broken, which says what to do', async () => {
    await writeFile(folder.secrets, '{}');
    await expect(readSecrets(folder)).rejects.toThrow('Delete it');
  });
});

describe('what runs on a data folder', () => {
  beforeEach(() => openFolder(folder));

  const run = { processes: {}, addresses: {}, environment: { EVENTSTORE_URL: 'esdb://here' }, secretsGiven: [] };

  it('is found while its supervisor runs, and gives other commands its addresses and secrets', async () => {
    const secrets = await keepSecrets(folder);
    await writeRun(folder, { ...run, supervisor: await identify(process.pid) });
    expect(await folderSettings(folder)).toEqual({ ...secrets, EVENTSTORE_URL: 'esdb://here' });
    expect(await modeOf(folder.run)).toBe('600');
  });

  it('is nothing when its supervisor was killed', async () => {
    await writeRun(folder, { ...run, supervisor: { pid: process.pid, started: 'long ago' } });
    expect(await findRun(folder)).toBeUndefined();
    expect(await folderSettings(folder)).toEqual({});
  });

  it('does not offer a kept secret where the running system was given another', async () => {
    const { SERVICE_TOKEN } = await keepSecrets(folder);
    await writeRun(folder, { ...run, supervisor: await identify(process.pid), secretsGiven: ['JWT_SECRET'] });
    expect(await folderSettings(folder)).toEqual({ SERVICE_TOKEN, EVENTSTORE_URL: 'esdb://here' });
  });
});
