import { expect, it } from '@jest/globals';
import { createLatencies } from './latencies.ts';

it('has nothing to show before a message is answered', () => {
  expect(createLatencies().measurements()).toEqual([]);
});

it('shows mean, quantiles and extremes of the answers', () => {
  const latencies = createLatencies();
  for (let milliseconds = 100; milliseconds > 0; milliseconds -= 1) latencies.add(milliseconds);
  expect(Object.fromEntries(latencies.measurements().map(({ key, value }) => [key, value]))).toEqual({
    Mean: 50,
    Median: 51,
    Fastest: 1,
    'Quintile 1': 1,
    'Quintile 2': 21,
    'Quintile 3': 41,
    'Quintile 4': 61,
    'Quintile 5': 81,
    '90%': 91,
    '95%': 96,
    '99%': 100,
    '99.5%': 100,
    '99.9%': 100,
    Highest: 100,
  });
});

it('forgets all but the last thousand', () => {
  const latencies = createLatencies();
  latencies.add(1_000_000);
  for (let answered = 0; answered < 1_000; answered += 1) latencies.add(5);
  expect(latencies.measurements().at(-1)).toEqual({ key: 'Highest', value: 5 });
});
