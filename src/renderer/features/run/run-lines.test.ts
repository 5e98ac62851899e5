import { describe, expect, it } from 'vitest';
import type { ProblemDescriptor } from '../../../shared/descriptor.ts';
import { chartsOf, runLines, seriesOf } from './run-lines.ts';

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
  choice: { kind: 'categorical' },
  config: {},
  metrics: ['a', 'b', 'c'].map(metric),
  charts: [
    { title: 'A', metrics: ['a', 'b'] },
    { title: 'C', metrics: ['c'] },
  ],
  valueMetric: 'b',
  hardTrainMetric: 'a',
  selectionMetric: 'a',
  baselines: [],
  pictures: [],
  questions: [],
  solvers: [],
  exports: [],
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
    expect(chartsOf(problem, measured, false).map(({ title }) => title)).toEqual(titles);
  });

  it('have that of the gap from the beginning, so that none moves when it is measured', () => {
    const withGap = {
      ...problem,
      charts: [{ title: 'Gap', metrics: ['gap'] }, ...problem.charts],
    };
    expect(chartsOf(withGap, ['a'], false).map(({ title }) => title)).toEqual(['Gap', 'A']);
    expect(chartsOf(withGap, ['a', 'gap'], true)[0]?.title).toBe('Gap');
    // A run that ended without one is trained by a quantity of another kind.
    expect(chartsOf(withGap, ['a'], true).map(({ title }) => title)).toEqual(['A']);
  });

  it('show what the estimator says of itself in an order that does not change', () => {
    expect(chartsOf(problem, ['own', 'baseline', 'a'], true).at(-1)?.metrics).toEqual(['baseline', 'own']);
  });
});

it('a chart has the series of the version that made the run, not both', () => {
  const both = {
    ...problem,
    metrics: [...problem.metrics, { ...metric('old'), earlier: true as const }],
    charts: [{ title: 'A', metrics: ['a', 'old'] }],
  };
  const shown = (...measured: string[]) => chartsOf(both, measured, true).map(({ metrics }) => metrics);
  expect(shown()).toEqual([['a']]);
  expect(shown('a')).toEqual([['a']]);
  expect(shown('old')).toEqual([['old']]);
});

describe('a chart of quantiles', () => {
  const shares = [0, 0.25, 0.5, 0.75, 1];
  const chart = { title: 'Price', metrics: shares.map((share) => `p${share}`) };
  const quantiles = shares.map((quantile) => ({ ...metric(`p${quantile}`), quantile }));
  const ends = { p0: 1, 'p0.25': 2, 'p0.5': 3, 'p0.75': 4, p1: 5 };
  const lines = runLines(
    chart,
    { ...problem, metrics: quantiles, charts: [chart] },
    'mine',
    { style: () => ({ color: 'red', dash: [], symbol: 'circle' }), estimatorLabel: (id) => id },
    'grey',
    (name) => ({ xs: [0, 10], ys: [0, ends[name as keyof typeof ends]], count: 2, nonFinite: 0 }),
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

describe('a quantity with an interval', () => {
  const chart = { title: 'A', metrics: ['a', 'aLow', 'aHigh'] };
  const curves = {
    a: { xs: [0, 5, 10], ys: [2, 3, 4], count: 3, nonFinite: 0 },
    // Of the lower end decimation kept another point.
    aLow: { xs: [0, 10], ys: [1, 3], count: 3, nonFinite: 0 },
    aHigh: { xs: [0, 5, 10], ys: [3, 5, 6], count: 3, nonFinite: 0 },
  };
  const drawn = (name: string) => curves[name as keyof typeof curves];
  const look = {
    style: () => ({ color: 'red', dash: [], symbol: 'circle' }),
    estimatorLabel: (id: string) => id,
  };

  it('is one line with a band, not three lines', () => {
    const known = { ...problem, metrics: ['a', 'aLow', 'aHigh'].map(metric), charts: [chart] };
    const lines = runLines(chart, known, 'mine', look, 'grey', drawn);
    expect(lines.map(({ id, label }) => [id, label])).toEqual([['a', 'a']]);
    expect(lines[0]?.band).toEqual({ low: [1, 1, 3], high: [3, 5, 6] });
  });
});

describe('further estimators', () => {
  const measured = ['a', 'aLow', 'aHigh', 'a.second', 'aLow.second', 'aHigh.second', 'a.first', 'own'];
  const compared: ProblemDescriptor = {
    ...problem,
    metrics: ['a', 'aLow', 'aHigh'].map(metric),
    charts: [{ title: 'A', metrics: ['a', 'aLow', 'aHigh'] }],
  };
  const estimators = {
    style: (id: string) => ({ color: id, dash: [], symbol: 'circle' }),
    estimatorLabel: (id: string) => id.toUpperCase(),
  };

  it("have a line each in their metric's chart, and none in any other", () => {
    const charts = chartsOf(compared, measured, true);
    expect(charts.map(({ title, metrics }) => [title, metrics])).toEqual([
      ['A', ['a', 'aLow', 'aHigh', 'a.first', 'a.second']],
      ['Diagnostics of the estimator', ['own']],
    ]);
    expect(seriesOf(charts.slice(0, 1), 'run').map(({ name }) => name)).toEqual([
      'a',
      'aLow',
      'aHigh',
      'a.first',
      'aLow.first',
      'aHigh.first',
      'a.second',
      'aLow.second',
      'aHigh.second',
    ]);
  });

  it("are drawn in the estimator's colour, under its name, with its interval where that was measured", () => {
    const [chart] = chartsOf(compared, measured, true);
    const curve = (name: string) => {
      const length = name === 'aLow.first' ? 0 : 2;
      return {
        xs: Float64Array.of(0, 1).slice(0, length),
        ys: Float64Array.of(1, 2).slice(0, length),
        count: length,
      };
    };
    const lines = runLines(chart!, compared, 'mine', estimators, 'grey', curve as never);
    expect(lines.map(({ label, color, band }) => [label, color, band !== undefined])).toEqual([
      ['MINE', 'mine', true],
      ['FIRST', 'first', false],
      ['SECOND', 'second', true],
    ]);
  });
});
