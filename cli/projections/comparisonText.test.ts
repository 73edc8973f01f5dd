import { describe, expect, it } from '@jest/globals';
import type { Comparison, TableComparison } from '../../projections/rebuild/compare.ts';
import type { Difference } from '../../projections/rebuild/differences.ts';
import { totals } from '../../tests/fixtures/totals.ts';
import { comparisonText } from './comparisonText.ts';

const table: TableComparison = {
  table: 'totals',
  columns: { added: [], removed: [], retyped: [] },
  rows: { live: 1_204, fresh: 1_204 },
  differing: { onlyLive: 0, onlyFresh: 0, different: 0 },
};
const same: Comparison = {
  position: 51_234n,
  live: { name: 'totals_1', version: 2 },
  fresh: { name: 'totals_2', version: 2 },
  tables: [table],
  onlyLive: [],
  onlyFresh: [],
  equal: true,
};
const linesOf = (comparison: Comparison, differences: ReadonlyArray<Difference> = []) =>
  comparisonText(totals, comparison, differences).split('\n');

const row = { order_id: 'a-1', total: '5100', currency: 'EUR', position: '7' };
const differences: ReadonlyArray<Difference> = [
  { table: 'totals', live: row, fresh: undefined },
  { table: 'totals', live: undefined, fresh: { ...row, currency: null } },
  { table: 'totals', live: { ...row, total: '1' }, fresh: { ...row, position: '8' } },
];
const drifted: Comparison = {
  ...same,
  tables: [{ ...table, rows: { live: 1_203, fresh: 1_204 }, differing: { onlyLive: 1, onlyFresh: 2, different: 12 } }],
  equal: false,
};

describe('what a comparison came to', () => {
  it('is one line when both slots hold the same', () => {
    expect(linesOf(same)).toEqual([
      'totals: what is live (totals_1) is what the log gives: 1,204 rows, compared at position 51234',
      '',
    ]);
  });

  it('has every row that differs, up to those that were kept, and how many more there are', () => {
    expect(linesOf(drifted, differences)).toEqual([
      'totals: what is live (totals_1) is not what the log gives: 15 differing rows, compared at position 51234',
      '  totals: 1,203 rows live, 1,204 rebuilt: 1 only live, 2 only rebuilt, 12 different',
      '    only live     order_id=a-1 total=5100 currency=EUR position=7',
      '    only rebuilt  order_id=a-1 total=5100 currency=NULL position=7',
      '    different     order_id=a-1: total 1 → 5100, position 7 → 8',
      '  … and 12 rows more',
      '',
    ]);
  });

  it('quotes values that would not be told apart otherwise, and cuts long ones', () => {
    const odd = { ...row, order_id: 'NULL', total: 'a "b"', currency: 'x'.repeat(61) };
    const [, , shown] = linesOf(drifted, [{ table: 'totals', live: odd, fresh: undefined }]);
    expect(shown).toBe(`    only live     order_id="NULL" total="a \\"b\\"" currency="${'x'.repeat(60)}…" position=7`);
  });

  it('says what has changed when the versions are not the same', () => {
    const newer: Comparison = {
      ...same,
      live: { name: 'totals_1', version: 1 },
      tables: [
        { ...table, columns: { added: ['currency', 'at'], removed: ['sum'], retyped: ['total'] } },
        { ...table, table: 'others', rows: { live: 1, fresh: 2 }, differing: undefined },
      ],
      onlyLive: ['gone'],
      onlyFresh: ['new'],
      equal: false,
    };
    expect(linesOf(newer)).toEqual([
      'totals: version 1 is live, version 2 was built; compared at position 51234 in the columns that both have',
      '  totals: 1,204 rows live, 1,204 rebuilt: 0 only live, 0 only rebuilt, 0 different; columns added: currency, at; columns removed: sum; columns of another type: total',
      '  others: 1 row live, 2 rebuilt; their keys are not the same, so no row was compared',
      '  tables removed: gone',
      '  tables added: new',
      '',
    ]);
  });
});
