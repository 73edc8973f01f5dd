import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { EventSource } from 'eventsource';
import { table } from '../cli/configuration/about.ts';
import { defaultLimits } from '../services/gateway/limits.ts';
import { alike, blocksOf, readGuide, section, type Block } from './fixtures/guide.ts';
import { lettersAbout } from './fixtures/letters.ts';
import { startProcesses, type Processes } from './fixtures/processes.ts';
import { startShell, type Shell } from './fixtures/shell.ts';
import { until } from './fixtures/until.ts';

const readme = await readGuide('README.md');
const clients = await readGuide('docs/clients.md');
const auditing = await readGuide('docs/auditing.md');

let data: string;
let system: Processes;
let shell: Shell;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'orderflow-'));
  system = await startProcesses(data);
  shell = startShell();
}, 120_000);
afterAll(async () => {
  await shell.end();
  await system.stop();
  await rm(data, { recursive: true });
}, 60_000);

/** The same commands, for where this system is. */
const here = (commands: string): string =>
  commands.replaceAll(/orderflow (token|where|order \w+|audit \w+) /g, `$&--data ${data} `);

const run = async (commands: string): Promise<string> => alike(await shell.run(here(commands)));

/** Commands that only ask may have to be given again: a reader takes a moment longer than a test. */
const onlyAsks = ({ commands, printed }: Block): boolean => printed !== '' && !/ -d | -X /.test(commands);

/** Runs commands again until they print what is expected, for 15 seconds at most. @returns what they printed last. */
const lastOf = async (commands: string, expected: string, simplify = alike): Promise<string> => {
  const end = Date.now() + 15_000;
  for (;;) {
    const printed = simplify(await run(commands));
    if (printed === expected || Date.now() > end) return printed;
  }
};

const expectAsPrinted = ({ commands, printed }: Block, found: string): void =>
  expect(commands + found).toBe(commands + alike(printed));

describe('README', () => {
  it('leads to an order paid, an order cancelled, and a letter each, by its commands alone', async () => {
    for (const block of blocksOf(section(readme, 'Walk-through'), 'sh')) {
      const { commands, printed } = block;
      expectAsPrinted(block, await (onlyAsks(block) ? lastOf(commands, alike(printed)) : run(commands)));
    }
    const orders = (await shell.run('echo $ORDER $PIANO')).trim().split(' ');
    const headers = await Promise.all(
      orders.map((order) =>
        until(`the letter about ${order} has come`, async () => {
          const [letter, ...more] = await lettersAbout(system.addresses.mailbox, order);
          expect(more).toEqual([]);
          return letter?.headers;
        }),
      ),
    );
    expect(headers.map((each) => each['X-Order-Status'])).toEqual(['Paid', 'Cancelled']);
  }, 120_000);

  it('names every variable as the configuration has it', () => {
    const rows = (text: string): ReadonlyArray<string> =>
      text
        .split('\n')
        .filter((line) => line.startsWith('| `'))
        .map((line) => line.replaceAll(/ +/g, ' ').trim());
    expect(rows(section(readme, 'Configuration'))).toEqual(rows(table()));
  });
});

describe('the guide to auditing', () => {
  const withoutNumbers = (text: string): string =>
    alike(text)
      .replaceAll(/position \d+/g, 'position <position>')
      .replaceAll(/after \d+ ms/g, 'after <duration>')
      .replaceAll(/[\d,]+ (event|order|deposit|wallet|row)s?\b/g, '<count> $1s');

  it('says what each of its commands prints', async () => {
    const blocks = blocksOf(auditing, 'sh');
    expect(blocks.length).toBeGreaterThan(5);
    for (const block of blocks) {
      const { commands, printed } = block;
      const expected = withoutNumbers(printed);
      const found = onlyAsks(block)
        ? await lastOf(commands, expected, withoutNumbers)
        : withoutNumbers(await run(commands));
      expect(commands + found).toBe(commands + expected);
    }
  }, 120_000);
});

describe('the guide for clients', () => {
  it('says what each of its commands prints, the first time it is given', async () => {
    const blocks = blocksOf(clients, 'sh');
    expect(blocks.length).toBeGreaterThan(10);
    for (const block of blocks) expectAsPrinted(block, await run(block.commands));
  }, 120_000);

  it('says what its program prints', async () => {
    const [program, ...others] = blocksOf(clients, 'ts');
    if (program === undefined || others.length > 0) throw new Error(`Expected one program, found ${others.length}`);
    const file = join(data, 'program.mjs');
    const docs = fileURLToPath(new URL('../docs', import.meta.url));
    const source = { contents: program.commands, resolveDir: docs, loader: 'ts' } as const;
    // CommonJS packages ask for Node's modules by `require`.
    const banner = {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    };
    await build({ stdin: source, bundle: true, platform: 'node', format: 'esm', banner, outfile: file });
    const token = 'npx orderflow token --user bob --role client';
    const printed = await run(`ORDERFLOW_URL=$GATEWAY ORDERFLOW_TOKEN=$(${token}) node ${file}`);
    expectAsPrinted(program, printed);
  });

  describe('has a page that', () => {
    type Watch = (orderId: string, show: (step: { readonly type: string }) => void) => Promise<void>;

    /** What the guide has a page do, run as a page of the gateway's own is: there, paths are of that host. */
    const pageOf = async (user: string) => {
      const [program, ...others] = blocksOf(clients, 'js');
      if (program === undefined || others.length > 0) throw new Error(`Expected one page, found ${1 + others.length}`);
      const here = (path: string): URL => new URL(path, system.addresses.gateway);
      const statuses: number[] = [];
      const noting = async (path: string, init: RequestInit): Promise<Response> => {
        const answer = await fetch(here(path), init);
        statuses.push(answer.status);
        return answer;
      };
      class HostEventSource extends EventSource {
        constructor(path: string) {
          super(here(path));
        }
      }
      const token = await system.orderflow('token', '--user', user, '--role', 'client');
      const given = { token, fetch: noting, EventSource: HostEventSource, setTimeout };
      const watch = runInNewContext(`${program.commands}; watch`, given) as Watch;
      return { token, statuses, watch };
    };

    const orderOf = async (token: string): Promise<string> => {
      const body = JSON.stringify({ userId: 'paul', currency: 'EUR', items: [teapot] });
      const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
      const placed = await fetch(`${system.addresses.gateway}/orders`, { method: 'POST', headers, body });
      return (placed.headers.get('Location') ?? '').replace('/orders/', '');
    };
    const teapot = { sku: 'teapot', quantity: 1, unitPrice: 2550 };
    const story = ['OrderCreateRequested', 'OrderPending', 'PaymentProcessed', 'OrderCancelled', 'LetterNotSent'];

    it('shows each step of an order once, and then ends', async () => {
      const { token, statuses, watch } = await pageOf('paul');
      const shown: string[] = [];
      await watch(await orderOf(token), ({ type }) => shown.push(type));
      expect(shown).toEqual(story);
      expect(statuses.at(-1)).toBe(204);
    }, 30_000);

    it('ends with what is wrong where waiting does not help', async () => {
      const { statuses, watch } = await pageOf('paul');
      await expect(watch(randomUUID(), () => undefined)).rejects.toThrow('No order of yours has this id');
      expect(statuses).toEqual([404]);
    });

    it('comes back when it may ask again', async () => {
      const { token, statuses, watch } = await pageOf('paul');
      const [orderId, others] = [await orderOf(token), new AbortController()];
      const streams = await Promise.all(
        Array.from({ length: defaultLimits.streamsPerUser }, () =>
          fetch(`${system.addresses.gateway}/orders/events`, {
            headers: { Authorization: `Bearer ${token}` },
            signal: others.signal,
          }),
        ),
      );
      expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]));
      const shown: string[] = [];
      const watching = watch(orderId, ({ type }) => shown.push(type));
      await until('the page was refused', () => statuses.includes(429));
      others.abort();
      await watching;
      expect(shown).toEqual(story);
    }, 60_000);

    it('goes on when a gateway is there again, wherever it was', async () => {
      const { token, statuses, watch } = await pageOf('paul');
      const orderId = await orderOf(token);
      const shown: string[] = [];
      const killing = system.kill('gateway');
      await until('no gateway answers', () =>
        fetch(system.addresses.gateway).then(
          () => false,
          () => true,
        ),
      );
      const watching = watch(orderId, ({ type }) => shown.push(type));
      await killing;
      await watching;
      expect(shown).toEqual(story);
      expect(statuses.at(-1)).toBe(204);
    }, 60_000);
  });
});
