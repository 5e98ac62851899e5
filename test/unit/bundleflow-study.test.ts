import { describe, expect, it } from 'vitest';
import { stepsTo, studyTable, type StudyRun } from '../bench/bundleflow/table.ts';

const run = (estimator: string, hard: number, revenue: number[]): StudyRun => ({
  estimator,
  seconds: 2,
  relaxed: 1,
  hard,
  gap: 0.5,
  steps: [0, 10, 20],
  revenue,
});

describe('table of the study', () => {
  it('counts steps to 95 % of the best', () => {
    expect(stepsTo(run('a', 1, [0, 0.94, 0.96]), 1)).toBe(20);
    expect(stepsTo(run('a', 1, [0, 0.94, 0.9]), 1)).toBeUndefined();
  });

  it('has one row per estimator and temperature, and the baselines', () => {
    const groups = [
      { temperature: '1', runs: [run('a', 1, [0, 1, 1]), run('a', 3, [0, 0, 2]), run('b', 2, [0, 0, 0])] },
    ];
    const table = studyTable(groups, { bundlePrice: 0.5, itemPrices: 0.75, surplus: 4 });
    expect(table).toMatch(/\| a \| 1 \| 1\.000 ± 0\.0 \| 2\.000 ± 13 \| .* \| 20 \(1 of 2\) \| 2\.0 \|/);
    expect(table).toMatch(/\| b \| 1 \| .* \| - \| 2\.0 \|/);
    expect(table).toContain('itemPrices 0.75000, bundlePrice 0.50000. Upper bound: surplus 4.0000');
  });
});
