import { describe, expect, it } from 'vitest';
import { runSummary } from '../../../../test/fixtures/run-summaries.ts';
import { readGrouping, tableRows, type RowFacts, type TableRow } from './run-rows.ts';
import { bestRow, meanOfSeeds } from '../../format/seed-mean.ts';

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
const facts: RowFacts = {
  headline: () => 'revenue',
  direction: () => 'maximize',
  problemLabel: (problem) => `The ${problem}`,
  configValue: (run) => ({ a: '8', b: '"large"', c: '8' })[run],
};
const titles = (rows: readonly TableRow[]) =>
  rows.flatMap((row) => (row.kind === 'group' ? [row.title] : []));
const newest = { key: 'created', descending: true } as const;

describe('tableRows', () => {
  it('sorts, with absent values last in both directions', () => {
    const ids = (descending: boolean) =>
      tableRows(runs, 'none', { key: 'headline', descending }, facts).map(({ key }) => key);
    expect(ids(true)).toEqual(['b', 'd', 'a', 'c']);
    expect(ids(false)).toEqual(['a', 'd', 'b', 'c']);
  });

  it('puts a group before its runs, the group of the best run first', () => {
    const rows = tableRows(runs, 'seeds', { key: 'headline', descending: true }, facts);
    expect(rows.map(({ key }) => key)).toEqual([
      'group/c1/softmax',
      'b',
      'a',
      'group/c2/reinforce',
      'd',
      'group/c1/reinforce',
      'c',
    ]);
  });
});

describe('groups', () => {
  it('are of comparisons, with the best row and its name: no mean over different estimators', () => {
    const runsOf = (estimator: string, values: readonly number[]) =>
      values.map((revenue, seed) =>
        runSummary({ id: `${estimator}${seed}`, estimator, seed, metrics: { revenue } }),
      );
    const both = [...runsOf('softmax', [0, 0, 0]), ...runsOf('reinforce', [0.25, 0.25, 0.25])];
    const [group] = tableRows(both, 'comparison', newest, facts);
    expect(group).toMatchObject({ title: 'Collapse', comparison: 'c1', estimator: null });
    expect(group).toMatchObject({
      best: { estimator: 'reinforce', rows: 2, mean: { n: 3, mean: 0.25, halfWidth: 0 } },
    });
    expect(bestRow(both, 'revenue', 'minimize')).toMatchObject({ estimator: 'softmax', mean: { mean: 0 } });
  });

  it('of several comparisons show the best of them: their configs differ', () => {
    const some = [1, 2].flatMap((c) =>
      [1, 2].map((seed) =>
        runSummary({ id: `${c}${seed}`, comparison: `c${c}`, seed, metrics: { revenue: c + seed / 10 } }),
      ),
    );
    const [group] = tableRows(some, 'problem', newest, facts);
    expect(group).toMatchObject({ best: { comparison: 'c2', rows: 2, mean: { n: 2 } } });
    expect(group?.kind === 'group' ? group.best?.mean.mean : null).toBeCloseTo(2.15, 12);
  });

  it('are of problems; over several metrics there is no best', () => {
    const other = runSummary({ id: 'e', problem: 'vae', metrics: { revenue: 5 } });
    const rows = tableRows([...runs, other], 'problem', newest, facts);
    expect(titles(rows)).toEqual(['The menu-auction', 'The vae']);
    const mixed = tableRows([...runs, other], 'config:options', newest, { ...facts, configValue: () => '1' });
    expect(mixed[0]).toMatchObject({ best: null, comparison: null });
  });

  it('are of values in the configs, and those without come under that name', () => {
    const rows = tableRows(runs, 'config:size', newest, facts);
    expect(titles(rows).sort()).toEqual(['size = "large"', 'size = 8', 'without size']);
    expect(rows.map(({ key }) => key)).toContain('group/8');
  });
});

it.each([
  ['none', 'none'],
  ['config:a.b', 'config:a.b'],
  ['config:', 'comparison'],
  ['', 'comparison'],
  ['constructor', 'comparison'],
])('%j in the address groups by %s', (written, grouping) => expect(readGrouping(written)).toBe(grouping));

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

it('runs of two variants are rows apart, and the best says of which it is', () => {
  const both = ['slow', 'fast'].flatMap((variant, i) =>
    [1, 2].map((seed) =>
      runSummary({ id: `${variant}${seed}`, variant, seed, metrics: { revenue: i + seed } }),
    ),
  );
  expect(bestRow(both, 'revenue', 'maximize')).toMatchObject({
    variant: 'fast',
    rows: 2,
    mean: { n: 2, mean: 2.5 },
  });
  const groups = tableRows(both, 'seeds', { key: 'seed', descending: false }, facts).filter(
    ({ kind }) => kind === 'group',
  );
  expect(groups).toMatchObject([{ title: 'Collapse · slow' }, { title: 'Collapse · fast' }]);
});
