import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { table } from '../cli/configuration/about.ts';
import { alike, blocksOf, readGuide, section, type Block } from './fixtures/guide.ts';
import { lettersAbout } from './fixtures/letters.ts';
import { startProcesses, type Processes } from './fixtures/processes.ts';
import { startShell, type Shell } from './fixtures/shell.ts';
import { until } from './fixtures/until.ts';

const readme = await readGuide('README.md');
const clients = await readGuide('docs/clients.md');

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
  commands
    .replace(/^GATEWAY=.*$/m, `GATEWAY=${system.addresses.gateway}`)
    .replace(/^MAILBOX=.*$/m, `MAILBOX=${system.addresses.mailbox}`)
    .replaceAll(/orderflow (token|order \w+) /g, `$&--data ${data} `);

const run = async (commands: string): Promise<string> => alike(await shell.run(here(commands)));

/** Commands that only ask may have to be given again: a reader takes a moment longer than a test. */
const onlyAsks = ({ commands, printed }: Block): boolean => printed !== '' && !/ -d | -X /.test(commands);

/** Runs commands again until they print what is expected, for 15 seconds at most. @returns what they printed last. */
const lastOf = async (commands: string, expected: string): Promise<string> => {
  const end = Date.now() + 15_000;
  for (;;) {
    const printed = await run(commands);
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
});
