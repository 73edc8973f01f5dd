import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hundredEuros, hundredEurosRequested } from '../domain/deposit/examples.ts';
import { happen, startReadSide } from '../tests/fixtures/readSide.ts';
import { findProjections } from './find.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orderflow-read-models-'));
});
afterEach(() => rm(folder, { recursive: true }));

const source = (exported: string, name: string): string => `
  import { put, table } from '${join(import.meta.dirname, 'projection.ts')}';
  const rows = table({ name: 'rows', key: ['id'], columns: { id: 'uuid', amount: 'bigint NOT NULL' } });
  export const ${exported} = {
    name: '${name}',
    version: 1,
    tables: [rows],
    on: { DepositRequested: ({ data }) => [put(rows, { id: data.depositId, amount: data.amount })] },
  };
  export const queries = () => ({});`;

const write = (file: string, text: string): Promise<void> => writeFile(join(folder, file), text);

describe('a file that is put into the folder of read models', () => {
  it('is found, filled and rebuilt', async () => {
    await write('asked.ts', source('asked', 'asked_for'));
    const projections = await findProjections(folder);
    const [asked] = projections;
    if (asked === undefined) throw new Error('expected a projection, found none');
    const side = await startReadSide();
    await side.start({ projections });
    await side.isAt(asked, await happen(side.events.store, hundredEurosRequested));
    const { depositId: id, amount } = hundredEuros;
    expect(await side.database.query('SELECT id, amount FROM asked_for_1.rows')).toEqual([{ id, amount }]);
    const rows = await side.rowsOf(asked, 'asked_for_1');
    const { slot, swapped, comparison } = await side.administer({ projections }).rebuild('asked_for');
    expect([slot, swapped, comparison?.equal]).toEqual(['asked_for_2', true, true]);
    expect(await side.rowsOf(asked, slot)).toEqual(rows);
    await side.close();
  });
});

describe('a folder of read models', () => {
  it('gives the projections in the order of the files, and leaves tests and source maps alone', async () => {
    await write('second.ts', source('second', 'a'));
    await write('first.ts', source('first', 'b'));
    await write('first.test.ts', 'throw new Error("loaded")');
    await write('first.js.map', '{}');
    expect((await findProjections(folder)).map(({ name }) => name)).toEqual(['b', 'a']);
  });

  it('is refused when a file exports no projection under its own name', async () => {
    await write('orders.ts', source('order', 'orders'));
    await expect(findProjections(folder)).rejects.toThrow(
      /orders\.ts: expected an export "orders", found the exports order, queries$/,
    );
  });

  it.each([
    ['tables', `{ name: 'broken', version: 1, on: {} }`, 'tables must be an array'],
    ['previous', `{ name: 'broken', version: 1, on: {}, tables: [], previous: {} }`, 'previous: name must be .*'],
  ])('is refused when the %s of a projection are none', async (_, text, fault) => {
    await write('broken.ts', `export const broken = ${text}`);
    await expect(findProjections(folder)).rejects.toThrow(
      new RegExp(`broken\\.ts: expected a projection as export "broken", found: ${fault}`),
    );
  });

  it.each([
    [
      'sums beside a column that must not be null',
      `owner: 'text not null' }, sums: ['n']`,
      /w has sums, and its column owner is NOT NULL/,
    ],
    ['a constraint on values', `n: 'bigint CHECK (n > 0)' }`, /column n of w says CHECK/],
    ['a constraint between rows', `n: 'bigint UNIQUE' }`, /column n of w says UNIQUE/],
    ['numbers that the database draws', `n: 'bigserial' }`, /column n of w says BIGSERIAL/],
    [
      'values that nobody can compare',
      `n: 'json NOT NULL' }`,
      /column n of w is json, whose values a rebuild cannot compare: take jsonb$/,
    ],
    ['points', `n: 'point' }`, /column n of w is point, .*: take text or jsonb$/],
  ])('is refused when a table has %s', async (_, columns, fault) => {
    const text = `{ name: 'demo', version: 1, on: {}, tables: [{ name: 'w', key: ['id'], columns: { id: 'text', ${columns} }] }`;
    await write('demo.ts', `export const demo = ${text};`);
    await expect(findProjections(folder)).rejects.toThrow(fault);
    await write('demo.ts', `export const demo = { name: 'demo', version: 2, on: {}, tables: [], previous: ${text} };`);
    await expect(findProjections(folder)).rejects.toThrow(/demo\.ts: expected tables that can be filled and compared/);
  });

  it('may have defaults beside sums, whatever they quote', async () => {
    const columns = `{ id: 'text NOT NULL', owner: "text NOT NULL DEFAULT 'unique'", json: 'jsonb' }`;
    const text = `{ name: 'demo', version: 1, on: {}, tables: [{ name: 'w', key: ['id'], columns: ${columns}, sums: ['n'] }] }`;
    await write('demo.ts', `export const demo = ${text};`);
    expect(await findProjections(folder)).toHaveLength(1);
  });

  it('is refused when two projections have one name', async () => {
    await write('first.ts', source('first', 'orders'));
    await write('second.ts', source('second', 'orders'));
    await expect(findProjections(folder)).rejects.toThrow(
      /^Expected each projection to have a name of its own, found "orders" in first\.ts and in second\.ts of /,
    );
  });
});
