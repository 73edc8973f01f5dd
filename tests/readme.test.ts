import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { table } from '../cli/configuration/about.ts';
import { lettersAbout } from './fixtures/letters.ts';
import { startProcesses, type Processes } from './fixtures/processes.ts';
import { startShell, type Shell } from './fixtures/shell.ts';
import { until } from './fixtures/until.ts';

/** Commands of the walk-through, and what the README says that they print. */
interface Block {
  readonly commands: string;
  readonly printed: string;
}

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');

const section = (title: string): string => {
  const [, text] = new RegExp(`^## ${title}\n(.*?)(?=^## )`, 'ms').exec(readme) ?? [];
  if (text === undefined) throw new Error(`Expected a section "${title}" in the README, found none`);
  return text;
};

const blocks = Array.from(
  section('Walk-through').matchAll(/^```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?/gms),
  ([, commands = '', printed = '']): Block => ({ commands, printed }),
);

/** What differs from run to run. */
const alike = (text: string): string =>
  text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/"position":"\d+"/g, '"position":"<position>"')
    .trim();

/** Commands that only ask may have to be given again: a reader takes a moment longer than a test. */
const onlyAsks = ({ commands, printed }: Block): boolean => printed !== '' && !/ -d | -X /.test(commands);

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
    .replaceAll('orderflow token ', `orderflow token --data ${data} `);

/** Runs commands again until they print what is expected, for 15 seconds at most. @returns what they printed last. */
const lastOf = async (commands: string, expected: string): Promise<string> => {
  const end = Date.now() + 15_000;
  for (;;) {
    const printed = alike(await shell.run(commands));
    if (printed === expected || Date.now() > end) return printed;
  }
};

const follow = async (block: Block): Promise<void> => {
  const commands = here(block.commands);
  const expected = alike(block.printed);
  const printed = onlyAsks(block) ? await lastOf(commands, expected) : alike(await shell.run(commands));
  expect(block.commands + printed).toBe(block.commands + expected);
};

describe('README', () => {
  it('leads to an order paid, an order cancelled, and a letter each, by its commands alone', async () => {
    for (const block of blocks) await follow(block);
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
    expect(rows(section('Configuration'))).toEqual(rows(table()));
  });
});
