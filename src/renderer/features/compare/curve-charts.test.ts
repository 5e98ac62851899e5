import { describe, expect, it } from 'vitest';
import type { ProblemDescriptor } from '../../../shared/descriptor.ts';
import type { RunState } from '../../../shared/run.ts';
import { curveCharts } from './curve-charts.ts';

const metric = (name: string) => ({
  name,
  label: name.toUpperCase(),
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
  choice: { kind: 'categorical' },
  config: {},
  metrics: [
    metric('a'),
    metric('gap'),
    metric('bias'),
    { ...metric('biasLow'), endOf: 'bias' },
    { ...metric('biasHigh'), endOf: 'bias' },
    { ...metric('sold'), earlier: true },
  ],
  charts: [
    { title: 'A', metrics: ['a'] },
    { title: 'Gap', metrics: ['gap'] },
    { title: 'Bias', metrics: ['bias', 'biasLow', 'biasHigh', 'sold'] },
  ],
  valueMetric: 'a',
  hardTrainMetric: 'a',
  selectionMetric: 'a',
  baselines: [],
  pictures: [],
  questions: [],
  solvers: [],
  exports: [],
  presets: [],
};

const run = (state: RunState, ...measured: string[]) => ({
  state,
  metrics: Object.fromEntries(measured.map((name) => [name, 1])),
});
const titles = (...members: ReturnType<typeof run>[]) =>
  curveCharts(problem, members).map(({ title }) => title);

describe('charts of a comparison', () => {
  it('are those of what a run measured, once all have ended', () => {
    expect(titles(run('completed', 'a'), run('failed'))).toEqual(['A']);
    expect(titles(run('completed', 'a'), run('stopped', 'a', 'gap'))).toEqual(['A', 'GAP']);
    expect(titles(run('failed'))).toEqual([]);
  });

  it('are all while nothing has come, and keep the place of the gap while it may', () => {
    expect(titles(run('queued'), run('running'))).toEqual(['A', 'GAP', 'BIAS']);
    expect(titles(run('completed', 'a'), run('queued'))).toEqual(['A', 'GAP']);
  });

  it('of earlier versions are there where a run measured them', () => {
    expect(titles(run('completed', 'a', 'sold'))).toEqual(['A', 'SOLD']);
  });

  it('of a quantity with an interval are one, which knows the ends', () => {
    const charts = curveCharts(problem, [run('completed', 'bias', 'biasLow', 'biasHigh')]);
    expect(charts.map(({ name, ends }) => [name, ends])).toEqual([['bias', ['biasLow', 'biasHigh']]]);
  });
});
