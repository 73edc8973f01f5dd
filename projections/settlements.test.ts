import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { SettledSearch } from './settled.ts';
import { createSettlements } from './settlements.ts';

/** The tests look themselves. */
const unasked = (): void => undefined;

describe('waiting for settlements', () => {
  it('looks for nothing on behalf of those who gave up while nobody could look', async () => {
    const searches: SettledSearch[] = [];
    const settlements = createSettlements((search) => {
      searches.push(search);
      return Promise.resolve({ position: 0n, found: { newly: [], ofIds: [] } });
    }, unasked);
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

  it('looks an id up once, and from then on at what was settled since', async () => {
    const searches: SettledSearch[] = [];
    const settlements = createSettlements<string>((search) => {
      searches.push(search);
      const newly = search.after === 100n ? [{ id, at: 150n, view: 'paid' }] : [];
      return Promise.resolve({ position: BigInt(searches.length) * 100n, found: { newly, ofIds: [] } });
    }, unasked);
    const id = randomUUID();
    const settling = settlements.settled(id, new AbortController().signal);
    await settlements.look();
    await settlements.look();
    expect(await settling).toEqual({ position: 200n, found: 'paid' });
    expect(searches).toMatchObject([
      { after: undefined, ids: [id] },
      { after: 100n, ids: [] },
    ]);
  });
});
