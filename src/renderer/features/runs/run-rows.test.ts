import { describe, expect, it } from 'vitest';
import { runSummary } from '../../../../test/fixtures/run-summaries.ts';
import { tableRows } from './run-rows.ts';
import { meanOfSeeds } from './seed-mean.ts';

const runs = [
  runSummary({ id: 'a', seed: 1, metrics: { revenue: 1 } }),
  runSummary({ id: 'b', seed: 2, metrics: { revenue: 3 } }),
  runSummary({ id: 'c', estimator: 'reinforce', metrics: {} }),
  runSummary({
    id: 'd',
    estimator: 'reinforce',
    comparison: 'c2',
    metrics: { revenue: 2 },
    state: 'running',
  }),
];
const headline = () => 'revenue';

describe('tableRows', () => {
  it('sorts, with absent values last in both directions', () => {
    const ids = (descending: boolean) =>
      tableRows(runs, 'none', { key: 'headline', descending }, headline).map(({ key }) => key);
    expect(ids(true)).toEqual(['b', 'd', 'a', 'c']);
    expect(ids(false)).toEqual(['a', 'd', 'b', 'c']);
  });

  it('puts a group before its runs, the group of the best run first', () => {
    const rows = tableRows(runs, 'seeds', { key: 'headline', descending: true }, headline);
    expect(rows.map(({ key }) => key)).toEqual([
      'c1/softmax',
      'b',
      'a',
      'c2/reinforce',
      'd',
      'c1/reinforce',
      'c',
    ]);
  });
});

describe('meanOfSeeds', () => {
  it('is a Student t interval: t(0.975, 1) = 12.706 for two seeds', () => {
    const mean = meanOfSeeds(runs, 'revenue');
    expect(mean?.n).toBe(2);
    expect(mean?.mean).toBe(2);
    expect(mean?.halfWidth).toBeCloseTo(12.7062, 3);
  });

  it('has no interval with one seed, and is nothing without completed runs', () => {
    expect(meanOfSeeds(runs.slice(0, 1), 'revenue')).toEqual({ n: 1, mean: 1, halfWidth: null });
    expect(meanOfSeeds(runs.slice(3), 'revenue')).toBeNull();
  });
});
