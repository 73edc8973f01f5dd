import { describe, expect, it } from '@jest/globals';
import { createLogEnd } from './logEnd.ts';

/** A log of the given end, whose looks are answered when the test says so. */
const startLog = () => {
  let end = 0n;
  const looks: Array<{ readonly known: bigint; readonly answer: () => void; readonly fail: () => void }> = [];
  const logEnd = createLogEnd(
    (known) =>
      new Promise((resolve, reject) => {
        const seen = end > known ? end : undefined;
        looks.push({ known, answer: () => resolve(seen), fail: () => reject(new Error('away')) });
      }),
  );
  const begun = async (count: number): Promise<void> => {
    while (looks.length < count) await Promise.resolve();
  };
  return { ...logEnd, looks, begun, append: (position: bigint) => (end = position) };
};

describe('where the log ends', () => {
  it('is looked at once for all who ask at a time, and tells each of them about their own position', async () => {
    const { isBefore, looks, begun, append } = startLog();
    append(500n);
    const asked = [500n, 300n, 501n, 900n, 0n].map(isBefore);
    await begun(1);
    looks[0]?.answer();
    expect(await Promise.all(asked)).toEqual([false, false, true, true, false]);
    expect(looks.map(({ known }) => known)).toEqual([299n]);
  });

  it('is looked at anew for those who ask meanwhile: the log may have gone on since', async () => {
    const { isBefore, looks, begun, append } = startLog();
    append(500n);
    const first = isBefore(600n);
    await begun(1);
    append(600n);
    const later = [isBefore(600n), isBefore(550n)];
    looks[0]?.answer();
    await begun(2);
    looks[1]?.answer();
    expect([await first, ...(await Promise.all(later))]).toEqual([true, false, false]);
    expect(looks).toHaveLength(2);
  });

  it('is told again after nobody could say', async () => {
    const { isBefore, looks, begun, append } = startLog();
    append(500n);
    const first = isBefore(500n);
    await begun(1);
    const second = isBefore(500n);
    looks[0]?.fail();
    await expect(first).rejects.toThrow('away');
    await begun(2);
    looks[1]?.answer();
    expect(await second).toBe(false);
  });
});
