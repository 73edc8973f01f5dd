import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestStore, type TestStore } from '../tests/fixtures/eventStore.ts';
import { appendForeign } from '../tests/fixtures/foreign.ts';
import { readLogAt } from './logAt.ts';
import { readHead } from './logHead.ts';

const timeout = 5_000;

describe('the end of the log', () => {
  let test: TestStore;
  beforeEach(async () => {
    test = await startTestStore();
  });
  // Ends only if nothing is left of any read.
  afterEach(() => test.stop());

  const systemEvents = async (count: number): Promise<void> => {
    for (let made = 0; made < count; made += 1)
      await test.store.run((client) => client.setStreamMetadata('noise', { maxCount: made + 1 }));
  };

  it('holds nothing beyond what is known when nothing was ever written', async () => {
    expect(await readHead(test.store, -1n, timeout)).toEqual({ newest: undefined, seen: -1n });
  });

  it('is told by its newest event, and holds nothing beyond that', async () => {
    await appendForeign(test.store);
    const newest = await appendForeign(test.store);
    expect(await readHead(test.store, newest - 1n, timeout)).toEqual({ newest, seen: newest });
    expect(await readHead(test.store, newest, timeout)).toEqual({ newest: undefined, seen: newest });
    expect(await readHead(test.store, newest + 10n, timeout)).toEqual({ newest: undefined, seen: newest + 10n });
  });

  it("is told by the newest event that is not the store's own, however many of those come after it", async () => {
    const first = await appendForeign(test.store);
    const newest = await appendForeign(test.store);
    await systemEvents(70);
    const head = await readHead(test.store, first, timeout);
    expect(head.newest).toBe(newest);
    expect(head.seen).toBeGreaterThan(newest);
    expect(await readHead(test.store, newest, timeout)).toEqual({ ...head, newest: undefined });
  });

  it('is one of many positions that can be looked at', async () => {
    const [first, second] = [await appendForeign(test.store), await appendForeign(test.store)];
    expect((await readLogAt(test.store, first))?.position).toBe(first);
    expect((await readLogAt(test.store, second))?.position).toBe(second);
    expect(await readLogAt(test.store, first + 1n)).toBeUndefined();
  });
});
