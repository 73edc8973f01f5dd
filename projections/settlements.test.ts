import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { SettledSearch } from './settled.ts';
import { createSettlements } from './settlements.ts';

describe('waiting for settlements', () => {
  it('looks for nothing on behalf of those who gave up while nobody could look', async () => {
    const searches: SettledSearch[] = [];
    const settlements = createSettlements((search) => {
      searches.push(search);
      return Promise.resolve({ position: 0n, found: { newly: [], ofIds: [] } });
    });
    const leaving = Array.from({ length: 2_000 }, () => new AbortController());
    const gone = leaving.map(({ signal }) => settlements.settled(randomUUID(), signal));
    const staying = randomUUID();
    const stayed = settlements.settled(staying, new AbortController().signal);

    leaving.forEach((one) => one.abort());
    expect(await Promise.all(gone)).toEqual(gone.map(() => undefined));
    await settlements.look();

    expect(searches.map(({ ids }) => ids)).toEqual([[staying]]);
    settlements.close();
    expect(await stayed).toBeUndefined();
  });
});
