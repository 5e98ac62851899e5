import { describe, expect, it } from 'vitest';
import { runRecord } from '../../../../test/fixtures/runs.ts';
import type { VerdictPlan } from '../../../shared/contract/verdict.ts';
import { AppError } from '../../../shared/errors.ts';
import type { RunRecord } from '../../../shared/run.ts';
import { problemDescriptor } from '../../catalog.ts';
import { partsOf, type Described } from '../describe.ts';
import { planNow, verdictPlan } from './plan.ts';

const METRIC = 'hardValidationRevenue';
const menuAuction = problemDescriptor('menu-auction')!;

/** One run a value, of seeds 1, 2, ...; null: the run failed. */
function rowOf(
  estimator: string,
  values: readonly (number | null)[],
  more: Partial<RunRecord> = {},
): RunRecord[] {
  return values.map((value, i) => ({
    ...runRecord,
    id: `${estimator}-${i}`,
    spec: {
      ...runRecord.spec,
      problem: 'menu-auction',
      estimator,
      config: { options: 8 },
      settings: {},
      seed: i + 1,
    },
    state: value === null ? ('failed' as const) : ('completed' as const),
    metrics: value === null ? {} : { [METRIC]: value },
    ...more,
  }));
}

const judged = (runs: readonly RunRecord[], described?: Described) => partsOf(runs, described)[0]!.verdict!;

/** Noise that every row of a seed shares, as data and initial weights do. */
const shared = [0.4, -0.3, 0.1, 0.5, -0.6];
const around = (centre: number, own: readonly number[]) => own.map((noise, i) => centre + shared[i]! + noise);

describe('a verdict', () => {
  const best = rowOf('st-gumbel-softmax', around(6, [0.01, 0.02, -0.01, 0, 0.01]));
  const close = rowOf('softmax', around(5.99, [0.03, -0.02, 0.02, -0.03, 0.03]));
  const far = rowOf('reinforce', around(5, [0.02, 0, -0.02, 0.01, 0]));

  it('names who is ahead, by how much and how surely, who cannot be told apart, and what would settle it', () => {
    const { sentence, pairs, moreSeeds, declared } = judged([...close, ...far, ...best]);
    expect(sentence).toMatch(
      /^Straight-Through Gumbel-Softmax is ahead of REINFORCE by 1\.00 in Hard revenue, validation buyers \(95 % interval [\d.]+ to [\d.]+, paired over 5 seeds, Holm-adjusted p < 0\.0001\)\. Softmax relaxation cannot be told apart from Straight-Through Gumbel-Softmax: about \d+ more seeds would settle it\.$/,
    );
    expect(pairs.map(({ a, b, test, n }) => [a, b, test, n])).toEqual([
      ['st-gumbel-softmax', 'softmax', 't', 5],
      ['st-gumbel-softmax', 'reinforce', 't', 5],
      ['softmax', 'reinforce', 't', 5],
    ]);
    expect(pairs[0]!.moreSeeds).toBe(moreSeeds);
    expect(moreSeeds).toBeGreaterThan(5);
    expect(declared).toBe(true);
  });

  it('is anew as soon as a value, a state or what is shared is another', () => {
    const before = judged([...best, ...far]);
    expect(judged([...best, ...far])).toBe(before);
    const [first, ...others] = far as [RunRecord, ...RunRecord[]];
    const changed = [
      { ...first, metrics: { [METRIC]: 7 } },
      { ...first, state: 'failed' as const },
      { ...first, pairing: { task: '0123456789abcdef', weights: {} } },
    ];
    for (const run of changed) expect(judged([...best, run, ...others])).not.toBe(before);
    expect(judged([...best, ...far], { verdict: { margin: 0.1 } })).not.toBe(before);
  });

  it('uses what the seeds share: without pairing the same numbers say less', () => {
    const paired = judged([...best, ...far]).pairs[0]!;
    const elsewhere = far.map((run) => ({ ...run, spec: { ...run.spec, config: { options: 9 } } }));
    const unpaired = judged([...best, ...elsewhere]).pairs[0]!;
    expect(unpaired.test).toBe('welch');
    expect(unpaired.difference).toBeCloseTo(paired.difference!, 12);
    expect(unpaired.p!).toBeGreaterThan(10 * paired.p!);
  });

  it('of a loss calls the smaller one ahead', () => {
    const losses = (estimator: string, values: readonly number[]) =>
      rowOf(estimator, values).map((run) => ({
        ...run,
        spec: { ...run.spec, problem: 'toy-categorical' },
        metrics: { [problemDescriptor('toy-categorical')!.selectionMetric]: run.metrics[METRIC]! },
      }));
    const { sentence, pairs } = judged([
      ...losses('softmax', [101, 102, 103.5]),
      ...losses('reinforce', [90, 91.2, 92]),
    ]);
    expect(problemDescriptor('toy-categorical')!.direction).toBe('minimize');
    expect(sentence).toMatch(
      /^REINFORCE is ahead of Softmax relaxation by 11\.1 in .* \(95 % interval 10\.2 to 12\.0,/,
    );
    expect(pairs[0]!.difference).toBeCloseTo(-11.1, 6);
  });

  it('counts failed seeds as the worst, names them, and takes no mean over the others', () => {
    const { sentence, pairs } = judged([
      ...best,
      ...rowOf('softmax', [...around(7, [0, 0.1, 0, 0.1]), null]),
    ]);
    expect(sentence).toContain('Failed: Softmax relaxation at seed 5. A failed seed counts as the worst');
    expect(pairs[0]).toMatchObject({
      a: 'st-gumbel-softmax',
      difference: null,
      low: null,
      test: 'wilcoxon',
      n: 5,
    });
    // Four of five seeds are better: by ranks nothing is told.
    expect(pairs[0]!.adjustedP).toBeGreaterThan(0.05);
    const notFinite = rowOf('softmax', [1, 1, 1, 1, 1], { metrics: { [METRIC]: null } });
    expect(judged([...best, ...notFinite]).sentence).toContain(
      'Failed: Softmax relaxation at seeds 1, 2, 3, 4, 5',
    );
  });

  it('says that one seed says nothing about chance, and that ranks of few seeds cannot tell', () => {
    const [first, second] = [best.slice(0, 1), far.slice(0, 1)];
    expect(judged([...first, ...second]).sentence).toMatch(/: one seed says nothing about chance\.$/);
    const { sentence, pairs } = judged([...best, ...far], { verdict: { test: 'wilcoxon' } });
    expect(pairs[0]!.p).toBeCloseTo(0.0625, 12);
    expect(sentence).toContain(
      "With 5 seeds Wilcoxon's test cannot reach 0.05 over 1 pair: the least p is 0.06250 before it is adjusted.",
    );
    expect(pairs[0]!.moreSeeds).toBe(1);
  });

  it('can say that a difference does not matter', () => {
    const { sentence, pairs } = judged([...best, ...close], {
      kept: { metric: METRIC, step: null, test: 't', margin: 0.2 },
    });
    expect(sentence).toBe(
      'Softmax relaxation differs from Straight-Through Gumbel-Softmax by less than 0.2000, the margin that matters.',
    );
    expect(pairs[0]!.equivalenceP).toBeLessThan(0.05);
  });

  it('marks what was chosen after seeing the data', () => {
    const chosen = 'What is judged was chosen after seeing the data.';
    expect(judged([...best, ...far], { verdict: { test: 't' } }).sentence).not.toContain(chosen);
    expect(judged([...best, ...far], { verdict: { test: 'bootstrap-t' } }).sentence).toContain(chosen);
    expect(judged([...best, ...far], { whole: false })).toMatchObject({ declared: false });
  });

  it('judges values at a step', () => {
    const { sentence, step } = judged([...best, ...far], {
      kept: { metric: METRIC, step: 7, test: 't', margin: null },
      valueAt: ({ spec }, metric, at) =>
        metric === METRIC && at === 7
          ? Number(spec.estimator === 'reinforce') +
            0.01 * spec.seed ** 2 * Number(spec.estimator === 'reinforce')
          : undefined,
    });
    expect(step).toBe(7);
    expect(sentence).toMatch(/^REINFORCE is ahead of .* in Hard revenue, validation buyers at step 7 /);
  });

  it('says by what it judges where the problem no longer has the metric that was fixed', () => {
    const kept: VerdictPlan = { metric: 'gone', step: null, test: 't', margin: null };
    const [part] = partsOf([...best, ...far], { kept });
    expect(part?.verdict).toMatchObject({ metric: METRIC, declared: false });
    expect(part?.remarks).toContain(
      `Before its runs began, this comparison was to be judged by gone, a metric that ${menuAuction.id} no longer has. It is judged by ${METRIC} instead.`,
    );
  });

  it('waits for runs that have not ended', () => {
    const running = rowOf('softmax', [1, 1], { state: 'running', metrics: {} });
    expect(judged(running).sentence).toBe('No run has ended yet. 2 runs without a value yet.');
    expect(judged([...best, ...running]).sentence).toBe(
      'Only Straight-Through Gumbel-Softmax has ended: there is nothing to compare it with. 2 runs without a value yet.',
    );
  });
});

describe('what is judged', () => {
  it('is the selection metric at the end unless asked otherwise', () => {
    expect(verdictPlan(menuAuction)).toEqual({ metric: METRIC, step: null, test: 't', margin: null });
    const kept: VerdictPlan = { metric: METRIC, step: 50, test: 'wilcoxon', margin: 0.1 };
    expect(planNow(menuAuction, kept)).toEqual({ plan: kept, declared: true, missing: null });
    expect(planNow(menuAuction, kept, { step: null }).declared).toBe(false);
  });

  it('has a margin in units of its metric', () => {
    const kept: VerdictPlan = { metric: METRIC, step: null, test: 't', margin: 0.1 };
    const metric = menuAuction.metrics.find(({ name }) => name !== METRIC)!.name;
    expect(planNow(menuAuction, kept, { metric }).plan).toMatchObject({ metric, margin: null });
    expect(planNow(menuAuction, kept, { metric, margin: 3 }).plan).toMatchObject({ metric, margin: 3 });
  });

  it('is the usual metric where the problem no longer has the one that was fixed', () => {
    const kept: VerdictPlan = { metric: 'gone', step: 7, test: 'wilcoxon', margin: 0.1 };
    expect(planNow(menuAuction, kept)).toEqual({
      plan: { metric: METRIC, step: 7, test: 'wilcoxon', margin: null },
      declared: false,
      missing: 'gone',
    });
  });

  it('is a metric of the problem', () => {
    expect(() => verdictPlan(menuAuction, { metric: 'revenue' })).toThrow(AppError);
    expect(() => verdictPlan(menuAuction, { metric: 'revenue' })).toThrow(
      /^verdict\.metric: there is no metric revenue; choose among /,
    );
  });
});
