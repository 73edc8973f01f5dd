import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runProgram } from '../tests/fixtures/program.ts';
import { dataFolder } from './data/folder.ts';
import { identify } from './data/process.ts';
import { writeRun } from './data/run.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orderflow-starting-'));
  // As a supervisor writes it while it starts: this process lives, and has no address yet.
  const supervisor = await identify(process.pid);
  await writeRun(dataFolder(folder), { supervisor, processes: {}, addresses: {}, environment: {}, secretsGiven: [] });
});
afterAll(() => rm(folder, { recursive: true }));

describe('where a system is still starting', () => {
  const id = '00000000-0000-4000-8000-000000000000';
  it.each([
    ['where', ['where']],
    ['where mailbox', ['where', 'mailbox']],
    ['order create', ['order', 'create', '--user', 'alice', '--item', 'teapot:1:25.50', '--currency', 'EUR']],
    ['order show', ['order', 'show', id, '--user', 'alice']],
    ['order watch', ['order', 'watch', id, '--user', 'alice']],
    ['order list', ['order', 'list', '--user', 'alice']],
  ])('%s says so, and what to wait for', async (_, args) => {
    const env = { ...process.env, ORDERFLOW_URL: '', ORDERFLOW_TOKEN: '' };
    expect(await runProgram([...args, '--data', folder], { env })).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `orderflow: The system on ${folder} is still starting. Try again when it says that it is ready.\n`,
    });
  });
});
