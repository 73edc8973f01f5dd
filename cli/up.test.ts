import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createClient } from '../client/client.ts';
import { orderRequestStream, redriveStream } from '../domain/streams.ts';
import { connect } from '../eventstore/connection.ts';
import { readForwards } from '../eventstore/read.ts';
import { log as testLog } from '../tests/fixtures/logger.ts';
import { granted } from '../tests/fixtures/granted.ts';
import { program, runProgram, type Ran } from '../tests/fixtures/program.ts';
import { until } from '../tests/fixtures/until.ts';

let parent = '';
let data = '';
let ups: ChildProcess[] = [];
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'orderflow-up-'));
  data = join(parent, 'data');
  ups = [];
});
afterEach(async () => {
  for (const up of ups.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
    const exit = once(up, 'exit');
    up.kill('SIGINT');
    await exit;
  }
  await rm(parent, { recursive: true, force: true });
}, 60_000);

const orderflow = (...args: ReadonlyArray<string>): Promise<Ran> => runProgram(args, { cwd: parent });

interface Up {
  readonly child: ChildProcess;
  readonly ready: {
    readonly gateway: string;
    readonly mailbox: string;
    readonly eventStore: string;
    readonly processes: Readonly<Record<string, number>>;
  };
  readonly exit: Promise<unknown[]>;
  /** Lines on standard output. */
  readonly lines: ReadonlyArray<string>;
  /** Lines on standard error. */
  readonly log: ReadonlyArray<string>;
}

const spawnUp = (): Omit<Up, 'ready'> => {
  const child = spawn(process.execPath, [program, 'up', '--data', data, '--port', '0', '--json'], {
    cwd: parent,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  ups.push(child);
  const [lines, log]: [string[], string[]] = [[], []];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
  return { child, lines, log, exit: once(child, 'exit') };
};

const startUp = async (): Promise<Up> => {
  const up = spawnUp();
  const { child, lines } = up;
  const first = await until(
    'the system is ready',
    () => lines[0] ?? (child.exitCode === null ? false : 'it ended'),
    60_000,
  );
  return { ...up, ready: JSON.parse(first) as Up['ready'] };
};

/** What runs with our folder in its arguments or in its environment: a child of the system, or its child. */
const leftovers = async (): Promise<ReadonlyArray<string>> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.filter((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`].some((path) => mentionsFolder(path)));
};

const mentionsFolder = (path: string): boolean => {
  try {
    return readFileSync(path, 'utf8').includes(data);
  } catch {
    // It ended meanwhile.
    return false;
  }
};

const noneLeft = async (): Promise<boolean> => (await leftovers()).length === 0;

/** Places an order. @returns the id of its `OrderCreateRequested`. */
const placeOrder = async ({ gateway, eventStore: url }: Up['ready']): Promise<string> => {
  const { stdout: token } = await orderflow('token', '--user', 'alice', '--role', 'client', '--data', data);
  const client = createClient({ url: gateway, token: token.trim() });
  const items = [{ sku: 'book', quantity: 2, unitPrice: 1250 }];
  const { orderId } = granted(await client.placeOrder({ userId: 'alice', currency: 'EUR', items }));
  const [requested] = await readStream(url, orderRequestStream(orderId));
  if (requested === undefined) throw new Error('Expected OrderCreateRequested in the log, found nothing');
  return requested.id;
};

const readStream = async (url: string, stream: string) => {
  const store = connect({ url, name: 'test', log: testLog });
  return readForwards(store, stream).finally(() => store.close());
};

describe('a system that runs', () => {
  it('is ready, is found by other commands, is alone on its folder, and leaves no process behind', async () => {
    const { child, ready, lines, exit } = await startUp();
    expect((await fetch(`${ready.gateway}/health/ready`)).status).toBe(200);
    expect(Object.keys(ready.processes).sort()).toEqual([
      ...['billing', 'eventstoredb', 'gateway', 'mailbox', 'notifications'],
      ...['orders', 'postgres', 'profiles', 'projections'],
    ]);

    const second = await orderflow('up', '--data', data, '--port', '0', '--fresh');
    expect(second).toMatchObject({ exitCode: 1, stdout: '' });
    expect(second.stderr).toContain(`in use by process ${child.pid}`);

    const where = (...args: ReadonlyArray<string>) => orderflow('where', ...args, '--data', data);
    expect((await where('mailbox')).stdout).toBe(`${ready.mailbox}\n`);
    expect((await where()).stdout).toContain(
      `gateway           ${ready.gateway}\nmailbox           ${ready.mailbox}\n`,
    );
    expect(JSON.parse((await where('--json')).stdout)).toMatchObject({
      gateway: ready.gateway,
      mailbox: ready.mailbox,
    });
    const nowhere = await where('moon');
    expect(nowhere).toMatchObject({ exitCode: 1, stdout: '' });
    expect(nowhere.stderr).toContain('This system has no moon of its own, or none at all. It has: gateway, mailbox, ');

    const { stdout: config } = await orderflow('config', '--data', data);
    expect(config).toMatch(/^EVENTSTORE_URL +data folder +esdb:/m);
    expect(config).toMatch(/^DATABASE_URL +data folder +postgres:\/\/orderflow:\*{8}@/m);
    expect(config).toMatch(/^JWT_SECRET +data folder +\*{8}$/m);

    const eventId = await placeOrder(ready);
    const redrive = (id: string) => orderflow('redrive', 'orders.create', id, '--by', 'olga', '--data', data);
    expect(await redrive(eventId)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await readStream(ready.eventStore, redriveStream(eventId))).toMatchObject([
      { type: 'RedriveRequested', data: { eventId, topic: 'orders.create', by: 'olga', reason: 'resent by hand' } },
    ]);
    const unknown = '00000000-0000-4000-8000-000000000000';
    const refused = await redrive(unknown);
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toContain(`Nothing was resent. Expected OrderCreateRequested with id ${unknown} in the log`);

    child.kill('SIGINT');
    expect(await exit).toEqual([0, null]);
    expect(lines).toHaveLength(1);
    expect(await leftovers()).toEqual([]);
    expect((await readdir(data)).sort()).toEqual([
      'eventstoredb',
      'mailbox',
      'orderflow.json',
      'postgres',
      'secrets.json',
    ]);
  }, 120_000);

  it('leaves nothing running when its supervisor is killed while a process hangs, and starts again', async () => {
    const { child, ready, exit } = await startUp();
    process.kill(ready.processes['orders'] ?? 0, 'SIGSTOP');
    child.kill('SIGKILL');
    await exit;
    const again = await startUp();
    expect(Object.values(again.ready.processes)).not.toContain(ready.processes['orders']);
    again.child.kill('SIGTERM');
    expect(await again.exit).toEqual([0, null]);
    await until('nothing runs', noneLeft);
  }, 180_000);

  it('stops in order while it is still starting', async () => {
    const { child, lines, log, exit } = spawnUp();
    const run = join(data, 'run.json');
    await until('the mailbox is being started', () => existsSync(run) && readFileSync(run, 'utf8').includes('mailbox'));
    child.kill('SIGINT');
    expect(await exit).toEqual([0, null]);
    expect(lines).toEqual([]);
    expect(log.filter((line) => !line.startsWith('{'))).toEqual([]);
    // An initdb ends a moment after its launcher.
    await until('nothing runs', noneLeft);
    expect(await readdir(data)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(lock|run)\.json$/)]));
  }, 60_000);

  it('stops at once when asked twice, whatever hangs', async () => {
    const { child, ready, log, exit } = await startUp();
    for (const name of ['gateway', 'billing', 'eventstoredb', 'postgres']) {
      process.kill(ready.processes[name] ?? 0, 'SIGSTOP');
    }
    child.kill('SIGINT');
    await until('it stops', () => log.some((line) => line.includes('stopping: told to by SIGINT')));
    child.kill('SIGINT');
    const asked = performance.now();
    expect(await exit).toEqual([0, null]);
    // One time-out to stop would be ten seconds.
    expect(performance.now() - asked).toBeLessThan(9_000);
    await until('nothing runs', noneLeft);
  }, 120_000);
});

describe('a system that cannot run', () => {
  it('names the port that is taken, and what to do, before it makes, starts or wipes anything', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const start = () => orderflow('up', '--data', data, '--port', String(port), '--fresh');
    expect((await start()).exitCode).toBe(1);
    expect(existsSync(data)).toBe(false);
    await mkdir(data);
    await writeFile(join(data, 'orderflow.json'), '{"layout":1}');
    await writeFile(join(data, 'precious'), 'kept');
    const { exitCode, stdout, stderr } = await start();
    server.close();
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(`port ${port} of 127.0.0.1 already. Stop it, or choose another port with --port`);
    expect((await readdir(data)).sort()).toEqual(['orderflow.json', 'precious']);
  });

  it('says which part cannot be started, and stops the others in order', async () => {
    await mkdir(data);
    await writeFile(join(data, 'orderflow.json'), '{"layout":1}');
    await writeFile(join(data, 'mailbox'), 'no folder');
    const { exitCode, stdout, stderr } = await orderflow('up', '--data', data, '--port', '0');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    const own = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
    expect(own).toEqual([expect.stringMatching(/^orderflow: mailbox ended \(exit code 1\), \d times\.$/)]);
    // An initdb ends a moment after its launcher.
    await until('nothing runs', noneLeft);
    expect(await readdir(data)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(lock|run)\.json$/)]));
  }, 60_000);

  it("wipes no folder of somebody else's", async () => {
    await mkdir(data);
    await writeFile(join(data, 'thesis.tex'), 'years of work');
    const { exitCode, stderr } = await orderflow('up', '--data', data, '--port', '0', '--fresh');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('holds something else');
    expect(await readFile(join(data, 'thesis.tex'), 'utf8')).toBe('years of work');
  });
});
