import { describe, expect, it } from '@jest/globals';
import { createMeter } from './meter.ts';

/** A meter, and a clock that goes on only when told to. */
const measured = (start = 0n) => {
  let time = 1_000;
  const meter = createMeter(start, () => time);
  return { meter, wait: (milliseconds: number) => (time += milliseconds) };
};

describe('a meter', () => {
  it('knows nothing before anything was counted', () => {
    const { meter, wait } = measured();
    expect(meter.rate()).toBe(0);
    wait(1_000);
    expect(meter.rate()).toBe(0);
    expect(meter.timeTo(100n)).toBeUndefined();
  });

  it('tells events per second, and how long the rest takes by positions', () => {
    const { meter, wait } = measured();
    wait(1_000);
    meter.count(50, 1_000n);
    wait(1_000);
    meter.count(150, 4_000n);
    expect(meter.rate()).toBe(100);
    expect(meter.timeTo(10_000n)).toBe(3_000);
  });

  it('forgets what was longer ago than a few seconds', () => {
    const { meter, wait } = measured();
    wait(100);
    meter.count(10_000, 1_000n);
    wait(20_000);
    meter.count(10, 1_010n);
    wait(1_000);
    meter.count(10, 1_020n);
    expect(meter.rate()).toBeLessThan(20);
    wait(20_000);
    expect(meter.rate()).toBe(0);
  });

  it('measures on from where it starts', () => {
    const { meter, wait } = measured(5_000n);
    wait(1_000);
    meter.count(10, 6_000n);
    expect(meter.timeTo(8_000n)).toBe(2_000);
  });
});
