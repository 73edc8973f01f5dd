import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { pianoRequested, teapotsRequested } from '../domain/orderRequest/examples.ts';
import { registry } from '../projections/registry.ts';
import { alike, blocksOf, readGuide } from './fixtures/guide.ts';
import { program } from './fixtures/program.ts';
import { happen, startReadSides, type ReadSide, type ReadSides } from './fixtures/readSide.ts';
import { startShell, type Shell } from './fixtures/shell.ts';
import { until } from './fixtures/until.ts';

const guide = await readGuide('docs/projections.md');

let sides: ReadSides;
let side: ReadSide;
let shell: Shell;
beforeAll(async () => {
  sides = await startReadSides();
  side = await sides.open();
  shell = startShell();
  const service = await side.start();
  for (const event of [teapotsRequested, pianoRequested])
    await happen(sides.events.store, { ...event, data: { ...event.data, orderId: randomUUID() } });
  const isLive = ({ detail }: { readonly detail: string }): boolean => detail.startsWith('live, ');
  await until('all are live', () => registry.every(({ name }) => isLive(service.health()[name] ?? { detail: '' })));
  // All that the commands find in the data folder of a running system.
  await shell.run(`export EVENTSTORE_URL='${sides.events.url}' DATABASE_URL='${side.databaseUrl}'`);
  // As npx finds it, without the time that npx takes for that.
  await shell.run(`npx() { "${process.execPath}" "${program}" "\${@:2}"; }`);
}, 60_000);
afterAll(async () => {
  await shell.end();
  await side.close();
  await sides.stop();
});

/** Without versions, positions, rates and ages, and the widths of columns that depend on them. */
const withoutNumbers = (text: string): string =>
  alike(text)
    .replaceAll(/position \d+/g, 'position <position>')
    .replaceAll(/^(.* (?:live|next|previous)) +\d+ .*\/s /gm, '$1 <numbers> ')
    .replaceAll(/ +/g, ' ');

const firstWord = (line: string): string => line.split(' ')[0] ?? '';

/** A list without the projections that the guide does not name: whoever adds one need not change it. */
const ofThoseNamed = (list: string, expected: string): string => {
  const named = new Set(expected.split('\n').map(firstWord));
  return list
    .split('\n')
    .filter((line) => named.has(firstWord(line)))
    .join('\n');
};

/** Runs commands; those that only ask, again until they print what is expected: a reader takes a moment longer than a test. */
const printedBy = async (commands: string, expected: string): Promise<string> => {
  const here = commands.replace(/^DATABASE=.*$/m, `DATABASE='${side.databaseUrl}'`);
  const end = Date.now() + 15_000;
  for (;;) {
    const printed = withoutNumbers(await shell.run(here));
    if (!commands.startsWith('npx orderflow projections list')) return printed;
    const listed = ofThoseNamed(printed, expected);
    if (listed === expected || Date.now() > end) return listed;
  }
};

describe('the guide to projections', () => {
  it('says what each of its commands prints', async () => {
    const blocks = blocksOf(guide, 'sh');
    expect(blocks.length).toBeGreaterThan(8);
    for (const { commands, printed } of blocks) {
      const expected = withoutNumbers(printed);
      expect(commands + (await printedBy(commands, expected))).toBe(commands + expected);
    }
  }, 120_000);

  it('shows projections as they are', async () => {
    const files = ['projections/readModels/ordersPerDay.ts', 'tests/fixtures/totals.ts'];
    const code = (await Promise.all(files.map(readGuide))).join('\n');
    const shown = blocksOf(guide, 'ts');
    expect(shown.length).toBeGreaterThan(3);
    for (const { commands } of shown) expect(code).toContain(commands);
  });
});
