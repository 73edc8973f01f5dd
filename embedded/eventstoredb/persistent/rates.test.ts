import { expect, it } from '@jest/globals';
import { createRates } from './rates.ts';

it('counts from look to look, each owner for itself', () => {
  let time = 0;
  const rates = createRates(() => time);
  const [one, other] = [{}, {}];
  time = 2_000;
  expect(rates.measure(one, 10)).toEqual({ sinceLast: 10, perSecond: 5 });
  time = 4_000;
  expect(rates.measure(one, 16)).toEqual({ sinceLast: 6, perSecond: 3 });
  expect(rates.measure(other, 4)).toEqual({ sinceLast: 4, perSecond: 1 });
});

it('knows no rate without time', () => {
  expect(createRates(() => 0).measure({}, 10)).toEqual({ sinceLast: 10, perSecond: 0 });
});
