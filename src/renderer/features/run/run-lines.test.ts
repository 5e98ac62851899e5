import { describe, expect, it } from 'vitest';
import type { ProblemDescriptor } from '../../../shared/descriptor.ts';
import { chartsOf } from './run-lines.ts';

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
