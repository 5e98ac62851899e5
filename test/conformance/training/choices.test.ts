/** What a choice may be, through the ordinary training loop: in stages, fewer rows than the minibatch, none at all. */
import { describe, expect, it, test } from 'vitest';
import { choicesProblem, costOf, VALUES } from '../../support/choices-problem.ts';
import { record, type Recorded } from '../../support/recorded-training.ts';

const problem = choicesProblem();
const schedule = {
  learningRate: 0.1,
  temperature: { kind: 'exponential', from: 1, to: 0.3, until: 1 },
  batch: 8,
  steps: 60,
  evaluateEvery: 30,
} as const;
/** Once, before the first step. */
const diagnostics = { every: 1000, samples: 32, estimators: [] };

const last = ({ points }: Recorded, name: string) => points.get(name)!.at(-1)![1];
const first = ({ points }: Recorded, name: string) => points.get(name)![0]![1];

/** The least cost of three tokens, with the best offset for them. */
const least = Math.min(
  ...VALUES.flatMap((_, a) =>
    VALUES.flatMap((_b, b) =>
      VALUES.map((_c, c) => {
        const mean = (VALUES[a]! + VALUES[b]! + VALUES[c]!) / 3;
        return costOf([a, b, c], mean);
      }),
    ),
  ),
);

describe('in stages', () => {
  const config = { ...schedule, form: 'stages', diagnostics };

  it.each([
    ['exact', {}],
    ['reinforce', { samples: 4, baseline: 'leave-one-out' }],
    ['reinforce', { samples: 2, baseline: 'learned' }],
    ['gumbel-softmax', {}],
    ['st-gumbel-softmax', {}],
    ['rebar', {}],
    ['unordered-set', { samples: 4 }],
  ])(
    '%s %o lowers the hard cost, and its gradient is measured against the exact one',
    async (estimator, settings) => {
      const run = await record({ problem, config, estimator, settings: { ...settings } });
      expect(run.error).toBeUndefined();
      expect(run.outcome?.state).toBe('completed');
      expect(last(run, 'hardTest')).toBeLessThan(0.6 * first(run, 'hardTrain'));
      expect(last(run, 'hardTest')).toBeGreaterThanOrEqual(least - 1e-6);
      expect(run.points.get('gradientCosine')!.map(([step]) => step)).toEqual([0]);
      // Enumerated, and so known without an error of its own.
      expect(run.points.has('gradientReferenceError')).toBe(false);
      if (estimator === 'exact') expect(Math.abs(first(run, 'gradientBias'))).toBeLessThan(1e-5);
      else expect(first(run, 'gradientVariance')).toBeGreaterThan(0);
    },
  );

  it('what estimators learn a stage is in checkpoints: cut and resumed, the numbers are the same', async () => {
    const options = {
      problem,
      config: { ...config, steps: 20, diagnostics: null },
      estimator: 'reinforce',
      settings: { baseline: 'learned', hidden: 4 },
    };
    const whole = await record(options);
    const cut = await record({ ...options, cancelAt: 7 });
    const rest = await record({ ...options, resume: cut.checkpoints.at(-1) });
    const final = ({ checkpoints }: Recorded) => checkpoints.at(-1)!.tensors;
    expect(final(rest)).toEqual(final(whole));
    const names = final(whole).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([1, 2, 3].map((s) => `estimator/stage${s}.hiddenWeights`)));
  });

  it('another estimator is refused by its name', async () => {
    const run = await record({ problem, config, estimator: 'muprop' });
    expect(String(run.error)).toMatch(
      /MuProp takes categorical or bernoulli choices of one stage, but this choice is categorical, in stages/,
    );
  });

  it('further estimators of the diagnostics that take no stages are refused before the first step', async () => {
    const further = { ...diagnostics, estimators: ['arm'] };
    const run = await record({ problem, config: { ...config, diagnostics: further } });
    expect(String(run.error)).toMatch(/diagnostics.estimators: arm takes .* choices of one stage/);
    expect(run.points.size).toBe(0);
  });
});

describe('one row for the whole minibatch', () => {
  const config = { ...schedule, form: 'shared', diagnostics, steps: 120 };

  it.each([
    ['exact', {}],
    ['reinforce', { samples: 4, baseline: 'leave-one-out' }],
    ['reinforce', { baseline: 'learned' }],
    ['st-gumbel-softmax', {}],
    ['rebar', {}],
    ['unordered-set', {}],
  ])('%s %o', async (estimator, settings) => {
    const run = await record({ problem, config, estimator, settings: { ...settings } });
    expect(run.error).toBeUndefined();
    expect(last(run, 'hardTest')).toBeLessThan(0.05);
    expect(run.points.has('gradientReferenceError')).toBe(false);
  });
});

describe('none', () => {
  const config = { ...schedule, form: 'none', diagnostics, steps: 300 };

  it('the ordinary gradient finds the least square', async () => {
    const run = await record({ problem, config, estimator: 'gradient' });
    expect(run.error).toBeUndefined();
    const mean = VALUES.reduce((a, b) => a + b) / VALUES.length;
    const variance = VALUES.reduce((sum, value) => sum + (value - mean) ** 2, 0) / VALUES.length;
    expect(last(run, 'hardTest')).toBeCloseTo(variance, 3);
    expect(Math.abs(last(run, 'gap'))).toBeLessThan(1e-3);
    expect([first(run, 'gradientBias'), first(run, 'gradientVariance')]).toEqual([0, 0]);
  });

  test.each([
    [
      'softmax',
      'none',
      /Softmax relaxation takes categorical or bernoulli choices, but this problem has none/,
    ],
    ['gradient', 'shared', /Gradient is for problems without a choice, but this choice is categorical/],
  ])('%s is refused where the choice is %s', async (estimator, form, message) => {
    const run = await record({ problem, config: { ...config, form }, estimator });
    expect(String(run.error)).toMatch(message);
  });
});
