import { describe, expect, it } from '@jest/globals';
import { totals } from '../tests/fixtures/totals.ts';
import { definitionFault, isProjection } from './definition.ts';
import { put, table } from './projection.ts';

const rows = table({ name: 'rows', key: ['id'], columns: { id: 'uuid', n: 'bigint' }, indexes: [['n', 'position']] });
const demo = {
  name: 'demo',
  version: 2,
  tables: [rows],
  on: { DepositRequested: () => [put(rows, { id: 'x' })] },
};

describe('a definition', () => {
  it.each([
    ['of a projection', demo],
    ['with the one before it', { ...demo, previous: { ...demo, version: 1 } }],
    [
      'with columns named as words of SQL',
      { ...demo, tables: [{ ...rows, columns: { ...rows.columns, user: 'text' } }] },
    ],
    ['of the guide', totals],
  ])('%s is one', (_, definition) => {
    expect(definitionFault(definition)).toBeUndefined();
    expect(isProjection(definition)).toBe(true);
  });

  it.each([
    [{ ...demo, version: 0 }, 'version must be a whole number from 1 on'],
    [{ ...demo, version: -1 }, 'version must be a whole number from 1 on'],
    [{ ...demo, version: '1' }, 'version must be a whole number from 1 on'],
    [{ ...demo, name: 'Demo_1' }, 'name must be 1 to 40 lower case letters or "_", a letter first'],
    [{ ...demo, on: null }, 'on must be an object with a function for each type of event that changes rows'],
    [
      { ...demo, on: { DepositRequested: [] } },
      'on must be an object with a function for each type of event that changes rows',
    ],
    [{ ...demo, on: { DepositRequsted: () => [] } }, 'there are no events DepositRequsted: see domain/events.ts'],
    [{ ...demo, tables: null }, 'tables must be an array'],
    [{ ...demo, tables: [rows, rows] }, 'there are two tables rows'],
    [
      { ...demo, tables: [{ ...rows, name: 'Rows' }] },
      'tables/0/name must be 1 to 63 lower case letters, digits or "_", no digit first',
    ],
    [
      { ...demo, tables: [{ ...rows, columns: { id: 'uuid', userId: 'text' } }] },
      'column userId of rows must be named by 1 to 63 lower case letters, digits or "_", no digit first',
    ],
    [{ ...demo, tables: [{ ...rows, columns: { id: 7 } }] }, 'tables/0/columns/id must be a text'],
    [{ ...demo, tables: [{ ...rows, key: [] }] }, 'rows has no key, by which its rows are told apart'],
    [{ ...demo, tables: [{ ...rows, key: ['ids'] }] }, 'key or index of rows names ids, which is none of its columns'],
    [
      { ...demo, tables: [{ ...rows, indexes: [['m']] }] },
      'key or index of rows names m, which is none of its columns',
    ],
    [
      { ...demo, tables: [{ ...rows, sums: ['n'] }] },
      'rows has two columns n (every table gets a position of its own)',
    ],
    [
      { ...demo, tables: [{ ...rows, columns: { id: 'uuid', position: 'bigint' } }] },
      'rows has two columns position (every table gets a position of its own)',
    ],
    [
      { ...demo, previous: { ...demo, name: 'other', version: 1 } },
      'previous is named other, and is to be of the same projection',
    ],
    [{ ...demo, previous: demo }, 'previous has version 2, which is to be lower'],
    [
      { ...demo, version: 3, previous: { ...demo, previous: { ...demo, version: 4 } } },
      'previous: previous has version 4, which is to be lower',
    ],
    [
      { ...demo, previous: { ...demo, on: null } },
      'previous: on must be an object with a function for each type of event that changes rows',
    ],
    [{ ...demo, previous: null }, 'previous: must be an object'],
    [null, 'must be an object'],
  ])('%# is none, and what is wrong is said', (definition, fault) => {
    expect(definitionFault(definition)).toBe(fault);
    expect(isProjection(definition)).toBe(false);
  });
});
