import { describe, expect, it } from '@jest/globals';
import { createTurns, type Turns } from './turns.ts';

/** Work that lasts until the test ends it. */
const startWork = (turns: Turns) => {
  const begun: number[] = [];
  const ends: Array<() => void> = [];
  const ask = (name: number): Promise<number | undefined> =>
    turns(() => {
      begun.push(name);
      return new Promise((resolve) => ends.push(() => resolve(name)));
    });
  return { ask, begun, endFirst: () => ends.shift()?.() };
};

describe('turns', () => {
  it('let no more work be done at once than may be, and all of it in the order in which it was asked for', async () => {
    const { ask, begun, endFirst } = startWork(createTurns({ turns: 3, turnTimeout: 60_000 }));
    const asked = Array.from({ length: 10 }, (_, name) => ask(name));
    for (const [name, done] of asked.entries()) {
      await new Promise(setImmediate);
      expect(begun).toHaveLength(Math.min(name + 3, 10));
      endFirst();
      expect(await done).toBe(name);
    }
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('do not come to those who stood in line for too long, however long the work takes for those who came before', async () => {
    const { ask, begun, endFirst } = startWork(createTurns({ turns: 1, turnTimeout: 50 }));
    const first = ask(1);
    expect(await Promise.all([ask(2), ask(3)])).toEqual([undefined, undefined]);
    endFirst();
    expect(await first).toBe(1);
    const next = ask(4);
    await new Promise(setImmediate);
    endFirst();
    expect(await next).toBe(4);
    expect(begun).toEqual([1, 4]);
  });

  it('pass on to others when work fails, and tell its failure to whoever asked for it', async () => {
    const turns = createTurns({ turns: 1, turnTimeout: 60_000 });
    const failing = turns(() => Promise.reject(new Error('away')));
    const next = turns(() => Promise.resolve('done'));
    await expect(failing).rejects.toThrow('away');
    expect(await next).toBe('done');
  });
});
