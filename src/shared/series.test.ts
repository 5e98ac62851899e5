import { expect, it } from 'vitest';
import { estimatorSeries, firstNew, readSeriesName, seriesNameSchema } from './series.ts';

it.each([
  [[], undefined, 0],
  [[0, 1], undefined, 0],
  [[0, 10, 20], 0, 1],
  [[0, 10, 20], 15, 2],
  [[0, 10, 20], 20, 3],
  [[0, 10, 20], 1e9, 3],
])('of %j after %j the first new one is at %j', (steps, last, index) => {
  expect(firstNew(steps, last)).toBe(index);
  expect(firstNew(Float64Array.from(steps), last)).toBe(index);
});

it('reads the names that it makes', () => {
  const name = estimatorSeries('gradientBias', 'st-gumbel-softmax');
  expect(readSeriesName(name)).toEqual({ metric: 'gradientBias', estimator: 'st-gumbel-softmax' });
  expect(readSeriesName('gap')).toEqual({ metric: 'gap', estimator: null });
  expect(seriesNameSchema.safeParse(name).success).toBe(true);
});

it.each(['', '1a', 'a b', 'a/b', 'a'.repeat(65)])('%j is no name of a series', (name) => {
  expect(seriesNameSchema.safeParse(name).success).toBe(false);
});
