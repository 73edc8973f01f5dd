import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from './fixtures/until.ts';

/** Whatever the demo makes, it makes in here; every process it starts carries the name in its environment. */
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orderflow-demo-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const startDemo = () => {
  // Settings that lead nowhere: the demo must not take them for its own.
  const elsewhere = { EVENTSTORE_URL: 'esdb://nowhere.invalid:2113', DATABASE_URL: 'postgres://nowhere.invalid/x' };
  const child = spawn(process.execPath, ['bin/orderflow.js', 'demo'], {
    env: { ...process.env, ...elsewhere, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const shown = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (shown.out += String(chunk)));
  child.stderr.on('data', (chunk) => (shown.err += String(chunk)));
  return { child, shown };
};

const exitCodeOf = async (child: ChildProcess): Promise<unknown> => {
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
};

/** Processes whose arguments or environment name the folder. */
const left = async (): Promise<ReadonlyArray<string>> => {
  const { stdout } = await promisify(execFile)('ps', ['axeww', '-o', 'pid=,command='], { maxBuffer: 2 ** 26 });
  return stdout.split('\n').filter((line) => line.includes(folder));
};

const expectNothingLeft = async (): Promise<void> => {
  expect(await readdir(folder)).toEqual([]);
  await until('no process of the demo is left', async () => (await left()).length === 0);
};

describe('orderflow demo', () => {
  it('shows an order paid and one cancelled with a letter each, and leaves nothing behind', async () => {
    const { child, shown } = startDemo();
    expect([await exitCodeOf(child), shown.err]).toEqual([0, '']);
    expect(shown.out).toMatch(/ 0 ms +gateway +OrderCreateRequested .*55\.00 EUR\n/);
    expect(shown.out).toMatch(/ ms +orders +OrderPaid /);
    expect(shown.out).toMatch(/ ms +orders +OrderCancelled .*InsufficientFunds\n/);
    expect(shown.out.match(/ ms +notifications +LetterSent/g)).toHaveLength(2);
    expect(shown.out).toContain('X-Order-Status: Paid');
    expect(shown.out).toContain('X-Order-Status: Cancelled');
    expect(shown.out).toContain('Dear Alice');
    expect(shown.out).not.toContain('\u001b');
    await expectNothingLeft();
  }, 180_000);

  it('leaves nothing behind when it is interrupted', async () => {
    const { child, shown } = startDemo();
    const ended = exitCodeOf(child);
    await until('its system is being started', async () => (await left()).length > 3, 60_000);
    child.kill('SIGINT');
    expect(await ended).toBe(1);
    expect(shown.err).toContain('The demo was interrupted by SIGINT.');
    await expectNothingLeft();
  }, 120_000);
});
