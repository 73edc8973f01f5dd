import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient, type Client } from '../../client/client.ts';
import { json, problem, startScripted, type Script } from '../../client/testing.ts';
import { granted } from '../../tests/fixtures/granted.ts';
import { program, runProgram, type Ran } from '../../tests/fixtures/program.ts';
import { until } from '../../tests/fixtures/until.ts';
import { startTestSystem, tokenFor, type TestSystem } from '../../tests/fixtures/system.ts';

let system: TestSystem;
let token: string;
let alice: Client;
beforeAll(async () => {
  system = await startTestSystem();
  token = await tokenFor('alice', 'client');
  alice = createClient({ url: system.url, token });
  const olga = await system.clientOf('olga', 'operator');
  granted(await olga.placeDeposit('alice', 'EUR', 20_000, { wait: 10 }));
}, 60_000);
afterAll(() => system.stop());

const order = (args: ReadonlyArray<string>, settings: Readonly<Record<string, string>> = {}): Promise<Ran> =>
  runProgram(['order', ...args], {
    env: { ...process.env, ORDERFLOW_URL: system.url, ORDERFLOW_TOKEN: token, ...settings },
  });

const teapots = ['--item', 'teapot:2:25.50', '--item', 'tea: green:1:4', '--currency', 'EUR'];
const piano = ['--item', 'piano:1:9000', '--currency', 'EUR'];

/** Places an order as the command would. @returns its id. */
const place = async (sku: string, unitPrice: number, wait?: number): Promise<string> => {
  const items = [{ sku, quantity: 1, unitPrice }];
  return granted(await alice.placeOrder({ userId: 'alice', currency: 'EUR', items }, { wait })).orderId;
};

describe('order create', () => {
  it('prints the order that it waited for, and ends with 0 when it is paid', async () => {
    const { exitCode, stdout, stderr } = await order(['create', ...teapots, '--wait', '10']);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^With --key [0-9a-f-]{36} the same command orders nothing twice\.\n$/);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^order {6}[0-9a-f-]{36}$/),
      'status     Paid',
      'items      2 × teapot at 25.50 EUR',
      '           1 × tea: green at 4.00 EUR',
      'total      55.00 EUR',
      expect.stringMatching(/^operation {2}[0-9a-f-]{36}$/),
      expect.stringMatching(/^created {4}\d{4}-.*Z$/),
      expect.stringMatching(/^settled {4}\d{4}-.*Z$/),
      '',
    ]);
  });

  it('ends with 3 when the order is cancelled', async () => {
    const { exitCode, stdout } = await order(['create', ...piano, '--wait', '10']);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('\nstatus     Cancelled\n');
    expect(stdout).toContain('\nreason     InsufficientFunds\n');
  });

  it('prints JSON, and places one order however often it is given the same key', async () => {
    const answers = await Promise.all([1, 2].map(() => order(['create', ...piano, '--key', 'piano-1', '--json'])));
    expect(answers.map(({ stderr }) => stderr)).toEqual(['', '']);
    const [first, second] = answers.map(({ stdout }) => JSON.parse(stdout) as unknown);
    expect(first).toMatchObject({ orderId: expect.any(String), status: 'Requested' });
    expect(second).toEqual(first);
    expect(answers.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  });

  const orderId = '7c1f8a52-3f5e-4f0e-9a43-0d7b8f7f4c11';
  it.each([
    [
      '4 and how to go on when it is not settled yet',
      json(202, { orderId, status: 'Requested', position: '7' }),
      4,
      `Not settled yet. To see how it ends: orderflow order watch ${orderId}\n` +
        'To wait again, without ordering twice: the same command with --key key-7\n',
    ],
    [
      '1 and every fault when it is refused',
      problem(422, 'invalid-input', { errors: [{ pointer: '/a', detail: 'b' }] }),
      1,
      '/a b\n',
    ],
    ['1 and how to go on when nobody knows', problem(500, 'internal'), 1, 'without ordering twice: --key key-7\n'],
  ] as ReadonlyArray<readonly [string, Script, number, string]>)('ends with %s', async (_, script, code, said) => {
    const server = await startScripted(script);
    const { exitCode, stderr } = await order(['create', ...teapots, '--wait', '1', '--key', 'key-7'], {
      ORDERFLOW_URL: server.url,
    });
    await server.stop();
    expect(exitCode).toBe(code);
    expect(stderr.slice(-said.length)).toBe(said);
  });

  it('can be given again by the key that it made up, without ordering twice', async () => {
    const first = await order(['create', ...piano]);
    const [, key = ''] = /--key (\S+)/.exec(first.stderr) ?? [];
    expect(await order(['create', ...piano, '--key', key])).toEqual({ ...first, stderr: '' });
  });

  it('ends with 2 when it is used wrongly, and says what is expected', async () => {
    const wrong = [
      ['--item', 'teapot:2:25.505', '--currency', 'EUR'],
      ['--item', 'teapot:2:25', '--currency', 'EURO'],
      ['--currency', 'EUR'],
      [...teapots, '--wait', '31'],
    ];
    const ends = await Promise.all(wrong.map((args) => order(['create', ...args])));
    expect(ends.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual(wrong.map(() => [2, '']));
    expect(ends.map(({ stderr }) => stderr)).toEqual([
      expect.stringContaining('at most 2 decimals in EUR, such as teapot:2:25.50, found "teapot:2:25.505"'),
      expect.stringContaining('Expected an ISO 4217 currency code such as EUR, found "EURO"'),
      expect.stringContaining("required option '--item <sku:quantity:price>' not specified"),
      expect.stringContaining('Expected a whole number from 1 to 30'),
    ]);
  });
});

describe('order watch and show', () => {
  const steps = ['OrderCreateRequested', 'OrderPending', 'PaymentProcessed', 'OrderPaid', 'LetterNotSent'];
  const typesIn = (stdout: string) => Array.from(stdout.matchAll(/Z {2}(\w+) /g), ([, type]) => type);

  it('tell the same story, from its beginning to its end', async () => {
    const id = await place('teapot', 2_550);
    const watched = await order(['watch', id]);
    expect({ ...watched, stdout: typesIn(watched.stdout) }).toEqual({ exitCode: 0, stdout: steps, stderr: '' });
    const shown = await order(['show', id]);
    expect(shown.stdout.endsWith(`\n\n${watched.stdout}`)).toBe(true);
    const json = JSON.parse((await order(['show', id, '--json'])).stdout) as object;
    expect(json).toMatchObject({ orderId: id, status: 'Paid', timeline: steps.map((type) => ({ type })) });
  });

  it('print each event as JSON, and end with 3 when the order is cancelled', async () => {
    const id = await place('piano', 900_000);
    const { exitCode, stdout } = await order(['watch', id, '--json']);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(exitCode).toBe(3);
    expect(events).toMatchObject(
      steps.map((type) => ({ orderId: id, type: type.replace('OrderPaid', 'OrderCancelled') })),
    );
  });

  it('end with 1 for an order that nobody has', async () => {
    const { exitCode, stderr } = await order(['show', '7c1f8a52-3f5e-4f0e-9a43-0d7b8f7f4c11']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: 'orderflow: You have no such order (404): No order of yours has this id\n',
    });
  });
});

describe('order watch without an order', () => {
  it('tells what happens to all of them, until nobody reads it any more', async () => {
    const env = { ...process.env, ORDERFLOW_URL: system.url, ORDERFLOW_TOKEN: token };
    const child = spawn(process.execPath, [program, 'order', 'watch'], { env });
    const said = text(child.stderr);
    const exit = once(child, 'exit');
    let shown = '';
    child.stdout.on('data', (chunk) => (shown += String(chunk)));
    const toldOf = (id: string): boolean => new RegExp(`^${id}  \\S+Z  \\w+ +\\S.*\n`, 'm').test(shown);
    const placed: string[] = [];
    // What was placed before the stream was open is not told.
    const told = until(
      'an order is told of',
      async () => placed.push(await place('teapot', 100, 10)) && placed.some(toldOf),
    );
    await told.finally(() => child.stdout.destroy());
    await place('teapot', 100);
    expect(await exit).toEqual([1, null]);
    expect(await said).toBe('orderflow: Nobody reads what is shown.\n');
  });
});

describe('order list', () => {
  it('lists orders of a status, newest first, as many as wanted', async () => {
    const ids = [await place('piano', 900_000, 10), await place('piano', 900_000, 10)].reverse();
    const [{ exitCode, stdout }, asJson] = await Promise.all([
      order(['list', '--status', 'Cancelled', '--limit', '2']),
      order(['list', '--limit', '1', '--json']),
    ]);
    expect(exitCode).toBe(0);
    expect(stdout.trim().split('\n')).toEqual(
      ids.map((id) => expect.stringMatching(`^${id}  Cancelled  9000\\.00 EUR  .*Z$`)),
    );
    expect(JSON.parse(asJson.stdout)).toMatchObject({ orderId: ids[0], status: 'Cancelled', total: 900_000 });
  });
});

describe('whoever asks', () => {
  it('must be named, in one way', async () => {
    const ends = await Promise.all([order(['list'], { ORDERFLOW_TOKEN: '' }), order(['list', '--user', 'alice'])]);
    expect(ends.map(({ exitCode }) => exitCode)).toEqual([2, 2]);
    for (const { stderr } of ends) expect(stderr).toContain('either by --user <id> or by --token <token>');
  });
});

describe('whoever gets no answer', () => {
  it('is told where it was looked for, and what to do', async () => {
    const { exitCode, stderr } = await order(['list'], { ORDERFLOW_URL: 'http://127.0.0.1:1' });
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      'orderflow: Expected an answer to GET /orders, found none: connect ECONNREFUSED 127.0.0.1:1\n' +
        'Asked was http://127.0.0.1:1. If no gateway is there: start a system with npm start, ' +
        'or name another by --url (ORDERFLOW_URL) or --data.\n',
    );
  }, 30_000);
});
