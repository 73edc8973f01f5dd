import { describe, expect, it } from '@jest/globals';
import { breakingSilence } from './silence.ts';

describe('what takes long', () => {
  it('says how far it has come, once a second at most, and nothing within the first', () => {
    let now = 0;
    const said: number[] = [];
    const count = breakingSilence(
      (counted) => said.push(counted),
      () => now,
    );
    for (now = 100; now <= 2_500; now += 100) count();
    expect(said).toEqual([10, 20]);
  });
});
