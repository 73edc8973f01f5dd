import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';

const root = join(import.meta.dirname, '..');

/** The rules that say what may stand where; none of them asks for types, which would take seconds. */
const eslint = new ESLint({
  cwd: root,
  ruleFilter: ({ ruleId }) => ruleId.includes('no-restricted-'),
  overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: false } } }],
});

/** The rules that refuse a text in place of a file. */
const refusals = async (file: string, text: string): Promise<ReadonlyArray<string | null>> => {
  const [result] = await eslint.lintText(text, { filePath: join(root, file) });
  if (result === undefined) throw new Error(`Expected ${file} to be linted, found it ignored`);
  return result.messages.map(({ ruleId, message }) => ruleId ?? message);
};

const places = {
  mapping: 'projections/readModels/orders.ts',
  filling: 'projections/runner.ts',
  finding: 'projections/find.ts',
  registry: 'projections/registry.ts',
  decision: 'domain/order/order.ts',
};
const globals = 'no-restricted-globals';
const properties = 'no-restricted-properties';
const syntax = 'no-restricted-syntax';
const imports = 'no-restricted-imports';
const paths = 'import-x/no-restricted-paths';

/** What a replay could be noticed by. */
const sending: ReadonlyArray<readonly [string, string]> = [
  ["fetch('http://x')", globals],
  ["new WebSocket('ws://x')", globals],
  ['new XMLHttpRequest()', globals],
  ["new EventSource('http://x')", globals],
  ["process.getBuiltinModule('node:net')", globals],
  ["require('nodemailer')", globals],
  ["globalThis.fetch('http://x')", globals],
  ["global.fetch('http://x')", globals],
  ["import('nodemailer')", syntax],
  ["import 'nodemailer'", imports],
  ["import 'node:net'", imports],
  ["import '@eventstore/db-client'", imports],
  ["import '../eventstore/append.ts'", paths],
  ['eventStore.run(append)', properties],
  ["eventStore['run'](append)", properties],
  ['const { run } = eventStore', properties],
  ['const { run: go } = eventStore', properties],
  ['const go = ({ run }) => run(append)', properties],
];

/** What would come out otherwise in a rebuild. */
const drawing: ReadonlyArray<readonly [string, string]> = [
  ['Date.now()', properties],
  ['const { now } = Date', properties],
  ['new Date()', syntax],
  ['new Date', syntax],
  ['Date()', syntax],
  ['performance.now()', globals],
  ['Math.random()', properties],
  ['crypto.randomUUID()', globals],
  ["import 'node:crypto'", imports],
  ["import 'node:timers/promises'", imports],
  ['setTimeout(later, 1)', globals],
  ['setInterval(later, 1)', globals],
  ['setImmediate(later)', globals],
  ['queueMicrotask(later)', globals],
];

describe('what fills read models', () => {
  it.each(sending)('is refused %s', async (text, rule) => {
    expect(await refusals(places.filling, text)).toContain(rule);
  });
});

describe('a mapping', () => {
  const nested = sending.map(([text, rule]) => [text.replace("'../", "'../../"), rule] as const);
  it.each([...nested, ...drawing])('is refused %s', async (text, rule) => {
    expect(await refusals(places.mapping, text)).toContain(rule);
  });
});

describe('a decision', () => {
  it.each(drawing)('is refused %s', async (text, rule) => {
    expect(await refusals(places.decision, text)).toContain(rule);
  });
});

describe('what looks for the read models', () => {
  it.each([places.finding, places.registry])('is refused what %s does not need', async (file) => {
    const other = ["import 'nodemailer'", "import 'node:net'", "import('nodemailer')", 'import(`nodemailer`)'];
    expect(await refusals(file, other.join(';\n'))).toEqual([imports, imports, syntax, syntax]);
  });
});

describe('what is written as it should be', () => {
  it.each(Object.values(places))('passes, such as %s', async (file) => {
    expect(await refusals(file, await readFile(join(root, file), 'utf8'))).toEqual([]);
  });

  it('has the times and numbers of an event', async () => {
    expect(await refusals(places.mapping, 'new Date(event.created); Math.max(1, 2); Date.UTC(2026, 0)')).toEqual([]);
  });
});
