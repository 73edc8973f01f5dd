import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { history } from '../domain/examples.ts';
import { newDatabase } from '../tests/fixtures/database.ts';
import { fillLive, inLog, openTestDatabase } from '../tests/fixtures/slot.ts';
import { apply } from './apply.ts';
import type { Database } from './database.ts';
import { add, patch, put, table, type Mapping, type Projection } from './projection.ts';

let database: Database;
beforeEach(async () => {
  database = openTestDatabase(await newDatabase());
});
afterEach(() => database.close());

const log = history.map(inLog);

const demo = (tables: Projection['tables'], on: Mapping): Projection => ({ name: 'demo', version: 1, tables, on });
const fill = async (projection: Projection): Promise<unknown> => {
  const { filling, position } = await fillLive(database, projection);
  return apply(filling, position, log);
};

describe('columns', () => {
  it('may be named as words of SQL are: of a key, an index, a sum, or of what is set', async () => {
    const users = table({
      name: 'order',
      key: ['user'],
      columns: { user: 'text', end: 'text', check: 'text' },
      indexes: [['end', 'position']],
    });
    const ends = table({ name: 'end', key: ['user'], columns: { user: 'text' }, sums: ['limit'] });
    const projection = demo([users, ends], {
      OrderCreateRequested: ({ data: { userId: user } }) => [
        put(users, { user, end: 'open' }),
        add(ends, { user }, { limit: 2 }),
      ],
      OrderPaid: ({ data: { userId: user } }) => [patch(users, { user, check: 'paid' })],
    });
    await fill(projection);
    const rows = await database.query(
      'SELECT "user", "end", "check", "limit" FROM demo_1."order" JOIN demo_1."end" USING ("user")',
    );
    expect(rows).toEqual([{ user: 'alice', end: 'open', check: 'paid', limit: '4' }]);
  });
});

describe('tables that were changed without another version', () => {
  const before = table({ name: 'rows', key: ['id'], columns: { id: 'text', n: 'text' } });
  const set = (rows: typeof before) =>
    demo([rows], { OrderCreateRequested: ({ data }) => [put(rows, { id: data.orderId, n: data.userId })] });
  beforeEach(() => fillLive(database, demo([before], {})));

  const renamed = table({ name: 'rows', key: ['id'], columns: { id: 'text', m: 'text' } });
  const summed = table({ name: 'rows', key: ['id'], columns: { id: 'text' }, sums: ['n'] });
  it.each([
    [
      'another column',
      demo([renamed], { OrderCreateRequested: () => [put(renamed, { id: 'x', m: '1' })] }),
      'column "m" of relation "rows" does not exist',
    ],
    [
      'a column that is a sum now',
      demo([summed], { OrderCreateRequested: () => [add(summed, { id: 'x' }, { n: 1 })] }),
      'operator does not exist: text + text',
    ],
    [
      'another key',
      set({ ...before, key: ['id', 'n'] }),
      'there is no unique or exclusion constraint matching the ON CONFLICT specification',
    ],
  ])('are a fault that says what to do: %s', async (_, projection, found) => {
    await expect(fill(projection)).rejects.toThrow(
      `expected the tables of demo_1 to be those of version 1 of demo in this code, found ${found}: whoever changes tables ` +
        'raises `version`; where nobody else reads them, `orderflow projections rebuild demo` does as well',
    );
  });

  it('are told from a mapping that names a column which nobody declares', async () => {
    const stray = set({ ...before, columns: { id: 'text', n: 'text' } });
    const mapping: Mapping = { OrderCreateRequested: () => [put<string, string>(before, { id: 'x', nope: '1' })] };
    await expect(fill({ ...stray, on: mapping })).rejects.toThrow(
      'expected columns that demo declares, found nope of rows in its mapping: declare it, and raise `version`',
    );
  });
});
