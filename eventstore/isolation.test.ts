import { describe, expect, it } from '@jest/globals';
import { createIsolation } from './isolation.ts';

/** Work that ends when the test says so. */
const held = () => {
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { work: () => done, finish };
};
const settle = () => new Promise(setImmediate);

describe('isolation', () => {
  it('lets work run side by side', async () => {
    const isolation = createIsolation();
    const first = held();
    const running = isolation.together(first.work);
    expect(await isolation.together(() => Promise.resolve('done'))).toBe('done');
    first.finish();
    await running;
  });

  it('begins what must be alone when all else is done, and holds back what comes after', async () => {
    const isolation = createIsolation();
    const order: string[] = [];
    const [before, alone] = [held(), held()];
    const works = [
      isolation.together(() => before.work().then(() => order.push('before'))),
      isolation.alone(() => {
        order.push('alone begins');
        return alone.work().then(() => order.push('alone ends'));
      }),
      isolation.together(() => Promise.resolve(order.push('after'))),
    ];
    await settle();
    expect(order).toEqual([]);
    before.finish();
    await settle();
    expect(order).toEqual(['before', 'alone begins']);
    alone.finish();
    await Promise.all(works);
    expect(order).toEqual(['before', 'alone begins', 'alone ends', 'after']);
  });

  it('goes on after work that failed', async () => {
    const isolation = createIsolation();
    await expect(isolation.alone(() => Promise.reject(new Error('alone')))).rejects.toThrow('alone');
    await expect(isolation.together(() => Promise.reject(new Error('together')))).rejects.toThrow('together');
    expect(await isolation.alone(() => Promise.resolve(1))).toBe(1);
    await isolation.idle();
  });

  it('is idle when nothing runs and nothing waits', async () => {
    const isolation = createIsolation();
    const [first, second] = [held(), held()];
    void isolation.together(first.work);
    void isolation.alone(second.work);
    let idle = false;
    const waiting = isolation.idle().then(() => {
      idle = true;
    });
    first.finish();
    await settle();
    expect(idle).toBe(false);
    second.finish();
    await waiting;
    expect(idle).toBe(true);
  });
});
