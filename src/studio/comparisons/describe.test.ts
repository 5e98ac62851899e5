import { describe, expect, it } from 'vitest';
import { runRecord } from '../../../test/fixtures/runs.ts';
import { describedPart } from '../../shared/described-problem.ts';
import type { Parent, RunRecord, RunSpec } from '../../shared/run.ts';
import type { Pairing } from '../../shared/pairing.ts';
import { partsOf, severalProblems } from './describe.ts';
import { welch } from './paired.ts';

const METRIC = 'hardValidationRevenue';

function run(
  id: string,
  spec: Partial<RunSpec>,
  value: number | null = 1,
  more: Partial<RunRecord> = {},
): RunRecord {
  return {
    ...runRecord,
    id,
    spec: {
      ...runRecord.spec,
      problem: 'menu-auction',
      config: { options: 8, batch: 4 },
      settings: {},
      ...spec,
    },
    metrics: { [METRIC]: value },
    ...more,
  };
}

const seeds = (estimator: string, values: readonly number[], spec: Partial<RunSpec> = {}) =>
  values.map((value, i) => run(`${estimator}-${i}`, { estimator, seed: i + 1, ...spec }, value));

describe('rows', () => {
  it('are estimators, best mean first, over completed runs', () => {
    const unfinished = run('late', { estimator: 'softmax', seed: 9 }, 100, { state: 'running' });
    const [part] = partsOf([...seeds('softmax', [1, 3]), unfinished, ...seeds('reinforce', [4, 5])]);
    expect(part?.table.map(({ estimator, completed, runs }) => [estimator, completed, runs])).toEqual([
      ['reinforce', 2, 2],
      ['softmax', 2, 3],
    ]);
    expect(part?.table[1]?.metrics[METRIC]).toMatchObject({ n: 2, mean: 2 });
    expect(part?.table[1]?.members).toEqual(['softmax-0', 'softmax-1', 'late']);
    expect(part?.remarks).toEqual([]);
  });

  it('of one estimator are told apart by the settings that differ', () => {
    const [part] = partsOf([
      run('a', { settings: { samples: 1, baseline: 'mean' } }),
      run('b', { settings: { samples: 4, baseline: 'mean' } }),
      run('c', { estimator: 'softmax', settings: { other: true } }),
    ]);
    expect(part?.table.map(({ detail }) => detail).sort()).toEqual(['', 'samples=1', 'samples=4']);
    expect(part?.differing.map(({ path }) => path)).toEqual(['st-gumbel.samples']);
    expect(part?.shared).toContainEqual({ path: 'st-gumbel.baseline', value: 'mean' });
    expect(part?.shared).toContainEqual({ path: 'config.options', value: '8' });
  });

  it('keep their key whatever else is compared, and whatever the order of keys', () => {
    const [alone] = partsOf([run('a', { config: { options: 8, batch: 4 } })]);
    const [among] = partsOf([
      run('b', { config: { batch: 4, options: 8 }, seed: 7 }),
      ...seeds('softmax', [1]),
    ]);
    expect(among?.table.map(({ group }) => group)).toContain(alone?.table[0]?.group);
  });

  it('of other configs are other rows, and a sentence says what that means', () => {
    const [part] = partsOf([
      ...seeds('softmax', [1, 2]),
      run('x', { estimator: 'softmax', config: { options: 64, batch: 4 } }),
    ]);
    expect(part?.table.map(({ detail }) => detail).sort()).toEqual(['options=64', 'options=8']);
    expect(part?.remarks).toHaveLength(1);
    expect(part?.remarks[0]).toMatch(/^The rows differ in options: /);
  });

  it('a value that is not finite takes no part, and n says so', () => {
    const [part] = partsOf([run('a', { seed: 1 }, 2), run('b', { seed: 2 }, null)]);
    expect(part?.table[0]).toMatchObject({
      completed: 2,
      metrics: { [METRIC]: { n: 1, mean: 2, halfWidth: null } },
    });
  });
});

describe('the same seed twice', () => {
  it('counts once: the completed run, then the newest', () => {
    const [part] = partsOf([
      run('new', { seed: 1 }, 5, { state: 'running', createdAt: 300 }),
      run('old', { seed: 1 }, 1, { createdAt: 100 }),
      run('mid', { seed: 1 }, 2, { createdAt: 200 }),
    ]);
    expect(part?.table[0]).toMatchObject({
      members: ['mid'],
      runs: 1,
      metrics: { [METRIC]: { n: 1, mean: 2 } },
    });
    expect(part?.remarks[0]).toMatch(/^2 runs repeat a seed/);
  });
});

describe('differences against a row', () => {
  const softmax = seeds('softmax', [1, 2, 3]);
  const keyOf = (estimator: string, runs: readonly RunRecord[]) =>
    partsOf(runs)[0]?.table.find((row) => row.estimator === estimator)?.group ?? '';

  it('are paired by seed, over the seeds that both completed', () => {
    // Seeds 2, 3, 4 beside 1, 2, 3: differences 10 and 12 at the two shared seeds.
    const other = [12, 15, 99].map((value, i) =>
      run(`r${i}`, { estimator: 'reinforce', seed: i + 2 }, value),
    );
    const runs = [...softmax, ...other];
    const [part] = partsOf(runs, { against: keyOf('softmax', runs) });
    const difference = part?.table.find(({ estimator }) => estimator === 'reinforce')?.difference;
    expect(difference).toMatchObject({ n: 2, mean: 11, paired: true });
    // Standard deviation of 10 and 12 is sqrt(2); t(0.975, 1) = 12.7062.
    expect(difference?.halfWidth).toBeCloseTo((12.7062 * Math.sqrt(2)) / Math.sqrt(2), 3);
    expect(part?.table.find(({ estimator }) => estimator === 'softmax')?.difference).toBeNull();
  });

  it('are none between different configs: their seeds have nothing in common', () => {
    const runs = [...softmax, ...seeds('reinforce', [1, 2], { config: { options: 64, batch: 4 } })];
    expect(
      partsOf(runs, { against: keyOf('softmax', runs) })[0]?.table.map(({ difference }) => difference),
    ).toEqual([null, null]);
  });
});

it('runs of several problems are parts of their own, with one sentence', () => {
  const parts = partsOf([run('a', {}), run('b', { problem: 'elsewhere' })]);
  expect(parts.map(({ problem }) => problem)).toEqual(['menu-auction', 'elsewhere']);
  expect(severalProblems(parts)).toMatch(/2 problems \(.*elsewhere\).*not across problems\.$/);
  expect(severalProblems(parts.slice(1))).toBe('');
});

describe('forks', () => {
  const forked = (id: string, seed: number, parent: Partial<Parent>) =>
    run(id, { estimator: 'softmax', seed }, 5, {
      parent: { run: 'p-00', name: 'p', estimator: 'reinforce', step: 400, carried: 'parameters', ...parent },
    });

  it('are rows of their own, one an estimator and step of their parents', () => {
    const runs = [
      ...seeds('softmax', [1, 3]),
      forked('f-1', 1, {}),
      forked('f-2', 2, { run: 'p-01' }),
      forked('f-3', 1, { step: 500 }),
      forked('f-4', 1, { estimator: 'exact' }),
    ];
    const [part] = partsOf(runs);
    expect(part?.table.map(({ detail, runs: n }) => [detail, n]).sort()).toEqual([
      ['from=step 0', 2],
      ['from=step 400 of exact', 1],
      ['from=step 400 of reinforce', 2],
      ['from=step 500 of reinforce', 1],
    ]);
  });
});

describe('variants', () => {
  const pairing = (task: string, weights: Record<string, string> = {}): Pairing => ({
    task: task.padStart(16, '0'),
    weights: Object.fromEntries(
      Object.entries(weights).map(([name, digest]) => [
        name,
        { shape: [2], digest: digest.padStart(16, '0') },
      ]),
    ),
  });
  /** Two seeds of an estimator in a variant, each seed with a task of its own. */
  const of = (
    variant: string,
    estimator: string,
    values: readonly number[],
    task = '',
    config: object = {},
  ) =>
    values.map((value, i) =>
      run(
        `${variant}-${estimator}-${i}`,
        { estimator, seed: i + 1, config: { options: 8, batch: 4, ...config } },
        value,
        { variant, pairing: pairing(`${task}${i}`, { prices: `${i}` }) },
      ),
    );
  const rowsOf = (runs: readonly RunRecord[], against?: string) =>
    partsOf(runs, against === undefined ? {} : { against })[0]!;
  const groupOf = (runs: readonly RunRecord[], variant: string, estimator: string) =>
    rowsOf(runs).table.find((row) => row.variant === variant && row.estimator === estimator)?.group ?? '';

  it('are rows of their own, and an estimator in each is one', () => {
    const part = rowsOf([
      ...of('small', 'softmax', [1, 2]),
      ...of('small', 'reinforce', [3, 4]),
      ...of('large', 'softmax', [5, 6], '', { options: 64 }),
      ...of('large', 'reinforce', [7, 8], '', { options: 64 }),
    ]);
    expect(part.variants).toEqual(['small', 'large']);
    expect(
      part.table.map(({ variant, estimator, detail, runs }) => [variant, estimator, detail, runs]),
    ).toEqual([
      ['large', 'reinforce', '', 2],
      ['large', 'softmax', '', 2],
      ['small', 'reinforce', '', 2],
      ['small', 'softmax', '', 2],
    ]);
  });

  it('of the same data, minibatches and weights are paired by seed, whatever else differs', () => {
    const runs = [
      ...of('small', 'softmax', [1, 2]),
      ...of('large', 'softmax', [11, 14], '', { options: 64 }),
    ];
    const part = rowsOf(runs, groupOf(runs, 'small', 'softmax'));
    expect(part.paired).toBe(true);
    expect(part.remarks).toEqual([]);
    expect(part.table.map(({ difference }) => difference)).toEqual([
      { n: 2, mean: 11, halfWidth: expect.closeTo(12.7062, 3) as number, paired: true },
      null,
    ]);
  });

  it('of other minibatches are not paired: the interval is that of two samples, and a sentence says so', () => {
    const runs = [
      ...of('small', 'softmax', [1, 2]),
      ...of('large', 'softmax', [11, 14], 'b', { batch: 64 }),
      ...of('larger', 'softmax', [3, 3], 'c', { batch: 128 }),
    ];
    const part = rowsOf(runs, groupOf(runs, 'small', 'softmax'));
    expect(part.paired).toBe(false);
    expect(part.remarks).toEqual([
      expect.stringMatching(/^Rows of large, of larger are not paired with those of small: .*\(Welch\)\.$/),
    ]);
    const [large] = part.table;
    expect(large).toMatchObject({ variant: 'large', difference: { n: 2, mean: 11, paired: false } });
    expect(large?.difference?.halfWidth).toBe(welch([11, 14], [1, 2])?.halfWidth);
  });

  it('of other weights in the same shapes are not paired', () => {
    const other = of('other', 'softmax', [1, 2]).map((one, i) => ({
      ...one,
      spec: { ...one.spec, config: { options: 8, batch: 4, spread: 2 } },
      pairing: pairing(`${i}`, { prices: 'f' }),
    }));
    expect(rowsOf([...of('one', 'softmax', [1, 2]), ...other])).toMatchObject({ paired: false });
  });

  it('that have not begun are said nothing of', () => {
    const waiting = of('later', 'softmax', [0, 0], '', { batch: 64 }).map((one) => ({
      ...one,
      state: 'queued' as const,
      pairing: null,
    }));
    expect(rowsOf([...of('now', 'softmax', [1, 2]), ...waiting])).toMatchObject({
      paired: false,
      remarks: [],
    });
  });
});

describe('a problem of a script', () => {
  const own = (estimator: string, values: readonly number[]) =>
    values.map((loss, seed) =>
      run(`${estimator}-${seed}`, { problem: 'python.mine', estimator, seed }, null, {
        metrics: { seconds: 1, accuracy: 0.5, loss },
      }),
    );
  const told = { label: 'Mine', direction: 'minimize', metric: 'loss', labels: { loss: 'Loss' } } as const;
  const runs = [...own('a', [3, 4, 5.5]), ...own('b', [1, 2, 3])];

  it('is judged by what the script says of it', () => {
    const [part] = partsOf(runs, { elsewhere: () => told });
    expect(part).toMatchObject({ described: told, verdict: { metric: 'loss', declared: true } });
    expect(part?.table.map(({ estimator }) => estimator)).toEqual(['b', 'a']);
    expect(part?.verdict?.sentence).toMatch(/^b is ahead of a by .* in Loss /);
    const problem = describedPart(part!);
    expect(problem?.metrics.map(({ name, label, better }) => [name, label, better])).toEqual([
      ['loss', 'Loss', 'lower'],
      ['accuracy', 'accuracy', 'neither'],
      ['seconds', 'Seconds', 'lower'],
    ]);
    expect(problem?.charts.map(({ metrics }) => metrics[0])).toEqual(['loss', 'accuracy', 'seconds']);
  });

  it('has no verdict where no script says anything, and no words on a problem of the studio', () => {
    const [part] = partsOf(runs, { elsewhere: () => null });
    expect(part).toMatchObject({ described: null, verdict: null });
    expect(describedPart(part!)).toBeUndefined();
    const [known] = partsOf(seeds('softmax', [1, 2]), { elsewhere: () => told });
    expect(known).toMatchObject({ described: null, verdict: { metric: METRIC } });
  });

  it('stands by its label among others', () => {
    const elsewhere = ({ spec }: RunRecord) => (spec.problem === 'python.mine' ? told : null);
    const parts = partsOf([...runs, ...seeds('softmax', [1])], { elsewhere });
    expect(severalProblems(parts)).toContain('(Mine, ');
  });
});
