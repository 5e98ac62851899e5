import { describe, expect, it } from 'vitest';
import type { ProblemDescriptor } from '../../../shared/descriptor.ts';
import { chartsOf, runLines } from './run-lines.ts';

const metric = (name: string) => ({
  name,
  label: name,
  help: '',
  unit: '',
  better: 'neither' as const,
  deterministic: true,
});

const problem: ProblemDescriptor = {
  id: 'toy',
  label: 'Toy',
  summary: '',
  direction: 'maximize',
  choice: 'categorical',
  config: {},
  metrics: ['a', 'b', 'c'].map(metric),
  charts: [
    { title: 'A', metrics: ['a', 'b'], baselines: false },
    { title: 'C', metrics: ['c'], baselines: false },
  ],
  valueMetric: 'b',
  selectionMetric: 'a',
  baselines: [],
  presets: [],
};

describe('charts of a run', () => {
  it.each([
    [[], ['A', 'C']],
    [['b'], ['A']],
    [
      ['c', 'a'],
      ['A', 'C'],
    ],
    [
      ['a', 'own', 'baseline'],
      ['A', 'Diagnostics of the estimator'],
    ],
  ])('with %j measured are %j', (measured, titles) => {
    expect(chartsOf(problem, measured).map(({ title }) => title)).toEqual(titles);
  });

  it('show what the estimator says of itself in an order that does not change', () => {
    expect(chartsOf(problem, ['own', 'baseline', 'a']).at(-1)?.metrics).toEqual(['baseline', 'own']);
  });
});

describe('a chart of quantiles', () => {
  const shares = [0, 0.25, 0.5, 0.75, 1];
  const chart = { title: 'Price', metrics: shares.map((share) => `p${share}`), baselines: false };
  const quantiles = shares.map((quantile) => ({ ...metric(`p${quantile}`), quantile }));
  const ends = { p0: 1, 'p0.25': 2, 'p0.5': 3, 'p0.75': 4, p1: 5 };
  const lines = runLines(
    chart,
    { ...problem, metrics: quantiles, charts: [chart] },
    { color: 'red', dash: [] },
    'grey',
    (name) => ({ xs: [0, 10], ys: [0, ends[name as keyof typeof ends]], count: 2 }),
  );

  it('has bands between quantiles that belong together, and one line that stands out', () => {
    expect(lines.map(({ band }) => band && [band.low[1], band.high[1]])).toEqual([
      [1, 5],
      [2, 4],
      undefined,
      undefined,
      undefined,
    ]);
    expect(lines.map(({ opacity }) => opacity)).toEqual([0.5, 0.5, 1, 0.5, 0.5]);
  });
});
