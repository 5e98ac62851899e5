import { expect, it } from 'vitest';
import { resultCsv } from './result-csv.ts';

it('has a row a logit, and leaves out what is not known', () => {
  const text = resultCsv([
    {
      kind: 'gradient',
      estimator: 'reinforce',
      samples: 10,
      evaluationsPerSample: 2,
      warmedUp: { steps: 0, learned: {} },
      coordinates: [
        { exact: 0.5, mean: 0.4, standardError: 0.1, variance: 0.1 },
        { exact: null, mean: 1, standardError: 0, variance: 0 },
      ],
      figures: { bias: { value: 1, low: 0, high: 2 }, variance: null, mse: null, cosine: null },
      histograms: [],
    },
  ]);
  const [head, first, second, ...rest] = text.split('\n').map((line) => line.split(','));
  expect(head).toHaveLength(20);
  expect(first!.slice(0, 11)).toEqual([
    'reinforce',
    '10',
    '2',
    '0',
    '0.5',
    '0.4',
    '0.1',
    '0.1',
    '1',
    '0',
    '2',
  ]);
  expect(second!.slice(3, 5)).toEqual(['1', '']);
  expect(rest).toEqual([['']]);
});
