import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundle } from './processes.ts';

/** Milliseconds that the process may take from beginning to end; an idle connection of its own lasts longer. */
const timeout = 15_000;

describe('a process that has stopped its node', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eventstoredb-end-'));
  let script = '';
  beforeAll(async () => {
    script = await bundle('briefProcess');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
    rmSync(script);
  });

  /** What it prints; rejects unless it ends by itself. */
  const run = async (...data: string[]): Promise<string> => {
    const environment = { ...process.env, TMPDIR: folder };
    const { stdout } = await promisify(execFile)(process.execPath, [script, ...data], { env: environment, timeout });
    return stdout;
  };

  it('ends by itself and leaves no file, when the node was in memory', async () => {
    expect(await run()).toBe('stopped\n');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('ends by itself, when the node was durable', async () => {
    expect(await run(join(folder, 'data'))).toBe('stopped\n');
  });
});
