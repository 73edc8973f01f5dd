import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { dataFolder } from '../data/folder.ts';
import { readRun } from '../data/run.ts';
import { createRecord } from './record.ts';

it('a record that could not be written once is written the next time', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'orderflow-record-'));
  const folder = dataFolder(join(parent, 'data'));
  const record = createRecord(folder, () => ({ pids: {}, addresses: {}, environment: {}, secretsGiven: [] }));
  await expect(record.write()).rejects.toThrow('ENOENT');
  await mkdir(folder.root);
  const run = await record.write();
  expect(await readRun(folder)).toEqual(run);
  await rm(parent, { recursive: true });
});
