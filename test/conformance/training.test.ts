/** The training loop on a toy: resuming, restarts, early stopping, numbers that stop being finite, leaks, pairing. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/shared/errors.ts';
import { readSeriesName } from '../../src/shared/series.ts';
import { movingAverage, record, type Points, type Recording } from '../support/recorded-training.ts';
import { toyConfig } from '../support/toy-problem.ts';

/** The points that a store holds after both attempts: it skips what it has. */
function joined(first: Points, second: Points): Points {
  const all: Points = new Map(first);
  for (const [name, added] of second) {
    const held = all.get(name) ?? [];
    const last = held.at(-1)?.[0] ?? -1;
    all.set(name, [...held, ...added.filter(([step]) => step > last)]);
  }
  return all;
}

const adaptive = { kind: 'adaptive', from: 2, to: 0.2, factor: 0.5, tolerance: 0.05 } as const;

describe('resume equals the uninterrupted run bit for bit', () => {
  const cases: [string, Recording][] = [
    ['straight-through Gumbel-Softmax', {}],
    ['REINFORCE with a moving average (estimator state)', movingAverage],
    ['a problem with state', { remembers: true }],
    ['a problem with state, two restarts', { remembers: true, config: { restarts: 2, steps: 20 } }],
    ['two restarts', { config: { restarts: 2, steps: 20 } }],
    ['early stopping', { config: { earlyStopping: { patience: 1, minDelta: 0.5 }, evaluateEvery: 4 } }],
    ['a budget of evaluations', { config: { maxEvaluations: 15 * 8 } }],
    ['gradient clipping', { config: { gradientClip: 0.01 } }],
    [
      'a temperature that follows the gap',
      { estimator: 'softmax', config: { evaluateEvery: 4, temperature: adaptive } },
    ],
  ];
  describe.each(cases)('%s', (_name, options) => {
    it.each([1, 3, 10, 19, 20, 21, 39])('cut after step %i', async (cut) => {
      const whole = await record(options);
      const first = await record({ ...options, cancelAt: cut });
      if (first.outcome?.state === 'completed') {
        expect(
          whole.outcome?.loop.step,
          'only a run that had ended before the cut completes',
        ).toBeLessThanOrEqual(40);
        return;
      }
      const second = await record({ ...options, resume: first.checkpoints.at(-1) });
      expect(joined(first.points, second.points)).toEqual(whole.points);
      expect(second.checkpoints.at(-1)?.tensors).toEqual(whole.checkpoints.at(-1)?.tensors);
    });
  });

  it('a run that was cut after its last step only evaluates again', async () => {
    const whole = await record();
    const again = await record({ resume: whole.checkpoints.at(-1) });
    expect(again.outcome?.state).toBe('completed');
    expect(again.points.get('hardTest')).toEqual(whole.points.get('hardTest'));
  });
});

describe('what a run reports', () => {
  it('the training value in the problem unit, hard values, gap, schedules, at the documented steps', async () => {
    const { points, outcome } = await record();
    const steps = (name: string) => points.get(name)?.map(([step]) => step);
    expect(outcome?.state).toBe('completed');
    expect(steps('value')).toEqual([3, 6, 9, 10, 12, 15, 18, 20, 21, 24, 27, 30, 33, 36, 39, 40]);
    expect(steps('hardValidation')).toEqual([0, 10, 20, 30, 40]);
    expect(steps('hardTest')).toEqual([40]);
    expect(steps('gap')).toEqual([10, 20, 30, 40]);
    const at40 = (name: string) => points.get(name)?.at(-1)?.[1] ?? Number.NaN;
    expect(at40('gap')).toBe(at40('value') - at40('hardTrain'));
    expect(points.get('evaluations')?.at(-1)).toEqual([40, 40 * toyConfig.batch]);
    // Row values lie between 1 and about 4; valueScale doubles them.
    expect(at40('value')).toBeGreaterThan(2);
  });

  it('an adaptive temperature cools after the evaluations that find too large a gap, and after no others', async () => {
    const schedule = { ...adaptive, to: 1e-3, tolerance: 0.5 };
    const { points } = await record({
      estimator: 'softmax',
      config: { logEvery: 1, evaluateEvery: 2, steps: 20, restarts: 2, temperature: schedule },
    });
    const at = (name: string) => new Map(points.get(name));
    const [gaps, hard, temperatures] = [at('gap'), at('hardTrain'), at('temperature')];
    let coolings = 0;
    const seen = new Set<boolean>();
    for (let step = 1; step <= 40; step++) {
      if (step === 21) coolings = 0;
      expect(temperatures.get(step)).toBe(Math.max(schedule.from * schedule.factor ** coolings, schedule.to));
      const gap = gaps.get(step);
      if (gap === undefined) continue;
      const wide = Math.abs(gap) > schedule.tolerance * hard.get(step)!;
      seen.add(wide);
      if (wide) coolings += 1;
    }
    expect(seen).toEqual(new Set([true, false]));
  });

  it('reading values back in groups changes no number', async () => {
    const [one, many] = [await record(), await record({ readEvery: 16 })];
    expect(many.points).toEqual(one.points);
  });

  it('a device of its own is warmed up, waited for after every step and checked at every reading, and changes no number', async () => {
    const checked: number[] = [];
    let steps = 0;
    const device = {
      keepPace: () => Promise.resolve(void (steps += 1)),
      check: (step: number) => Promise.resolve(void checked.push(step)),
    };
    const [plain, own] = [await record(), await record({ readEvery: 1000, device })];
    expect(own.points).toEqual(plain.points);
    expect(own.checkpoints.map(({ tensors }) => tensors)).toEqual(
      plain.checkpoints.map(({ tensors }) => tensors),
    );
    expect(steps).toBe(40);
    // logEvery is 3, evaluateEvery 10; the checkpoint at the end reads too.
    expect(checked.slice(0, 4)).toEqual([3, 6, 9, 10]);
  });

  it('a device that is lost ends the run with its error, and no further checkpoint', async () => {
    const lost = new AppError('external', 'the GPU was lost');
    const device = {
      keepPace: () => Promise.resolve(),
      check: (step: number) => (step < 20 ? Promise.resolve() : Promise.reject(lost)),
    };
    const { error, checkpoints } = await record({ checkpointAt: 7, device });
    expect(error).toBe(lost);
    expect(checkpoints.map(({ loop }) => loop.step)).toEqual([7]);
  });

  it('a checkpoint on request changes no number', async () => {
    const [plain, saved] = [await record(), await record({ checkpointAt: 7 })];
    expect(saved.points).toEqual(plain.points);
    expect(saved.checkpoints.length).toBe(plain.checkpoints.length + 1);
  });

  it("the problem's state advances after every step and is in the checkpoint", async () => {
    const [plain, remembering] = [await record(), await record({ remembers: true })];
    const values = (points: Points) => points.get('value')!.map(([, value]) => value);
    expect(values(remembering.points).slice(1)).not.toEqual(values(plain.points).slice(1));
    const memory = remembering.checkpoints.at(-1)!.tensors.find(({ name }) => name === 'state/memory')!;
    expect(memory.data[0]).not.toBe(1);
  });

  it('another seed gives other numbers, the same seed the same', async () => {
    const [a, b, c] = [await record(), await record(), await record({ seed: 2 })];
    expect(b.points).toEqual(a.points);
    expect(c.points.get('value')).not.toEqual(a.points.get('value'));
  });

  it('initial parameters do not depend on the estimator (paired runs)', async () => {
    const first = async (estimator: string) =>
      (await record({ estimator, cancelAt: 1 })).points.get('hardValidation')?.[0];
    expect(await first('softmax')).toEqual(await first('reinforce'));
  });
});

describe('when things go wrong', () => {
  it('a value that is not finite stops the run with step, estimator and seed, and writes no checkpoint', async () => {
    const { error, checkpoints } = await record({ explodeAt: 12, checkpointAt: 5 });
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).kind).toBe('numeric');
    expect((error as AppError).message).toMatch(/step 13 of st-gumbel-softmax \(seed 1\)/);
    expect(checkpoints.map(({ loop }) => loop.step)).toEqual([5]);
  });

  it('the step is named exactly also when values are read in groups', async () => {
    const { error } = await record({
      explodeAt: 12,
      readEvery: 16,
      config: { logEvery: 40, evaluateEvery: 40 },
    });
    expect((error as AppError).message).toMatch(/step 13 of/);
  });

  it('the tensor count is constant after warm-up', async () => {
    for (const options of [{}, movingAverage, { config: { gradientClip: 0.5 } }]) {
      const { tensors } = await record(options);
      expect(new Set(tensors.slice(3)).size, JSON.stringify(options)).toBe(1);
    }
  });
});

describe('restarts and early stopping', () => {
  it('keep the parameters that are best on the validation split', async () => {
    const { checkpoints, points } = await record({ config: { restarts: 3, steps: 12, evaluateEvery: 4 } });
    const best = Math.max(...(points.get('hardValidation') ?? []).map(([, value]) => value));
    expect(checkpoints.at(-1)?.loop.best).toBeCloseTo(best, 6);
    expect(points.get('hardValidation')?.at(-1)).toEqual([36, expect.closeTo(best, 6)]);
  });

  it('early stopping ends before the last step and says so', async () => {
    const { outcome, points } = await record({
      config: { earlyStopping: { patience: 1, minDelta: 100 }, evaluateEvery: 4 },
    });
    expect(outcome?.state).toBe('completed');
    expect(outcome?.reason).toBe('early stopping at step 4');
    expect(points.get('hardTest')?.[0]?.[0]).toBe(40);
  });
});

describe('a budget', () => {
  it('of evaluations ends the run with a full evaluation of the parameters that it then has', async () => {
    const whole = await record({ config: { evaluateEvery: 1, logEvery: 1 } });
    const each = whole.points.get('evaluations')![1]![1] - whole.points.get('evaluations')![0]![1];
    const { outcome, points } = await record({ config: { maxEvaluations: 14.5 * each } });
    expect(outcome).toMatchObject({ state: 'completed', loop: { evaluations: 15 * each } });
    expect(outcome?.reason).toBe(`${14.5 * each} evaluations of f spent at step 15`);
    expect(points.get('skippedSteps')).toEqual([[15, 25]]);
    const [, then] = whole.points.get('hardValidation')!.find(([step]) => step === 15)!;
    expect(points.get('hardValidation')!.slice(-2)).toEqual([
      [15, then],
      [40, then],
    ]);
  });

  it('of seconds ends the run', async () => {
    const { outcome } = await record({ config: { maxSeconds: 1e-9 } });
    expect(outcome).toMatchObject({ state: 'completed', reason: '1e-9 seconds of training spent at step 1' });
  });
});

describe('live diagnostics', () => {
  const on = { diagnostics: { every: 10, samples: 32, estimators: [] } };
  const GRADIENT = /^gradient(Bias|Variance|Mse|Cosine|ReferenceError)/;
  const others = (points: Points) =>
    [...points].filter(([name]) => !GRADIENT.test(name) && name !== 'seconds');

  it.each(['st-gumbel-softmax', 'reinforce', 'exact'])(
    'change no parameter, no optimiser state and no other series of %s, bit for bit',
    async (estimator) => {
      const plain = await record({ estimator });
      const measured = await record({ estimator, config: on });
      expect(measured.checkpoints.at(-1)!.tensors).toEqual(plain.checkpoints.at(-1)!.tensors);
      expect(others(measured.points)).toEqual(others(plain.points));
      expect(measured.points.get('gradientMse')!.map(([step]) => step)).toEqual([0, 10, 20, 30, 40]);
    },
  );

  it('of further estimators change nothing either, nor the figures of the own one, and have state of their own', async () => {
    const further = ['reinforce', { id: 'rebar', settings: { eta: 0.5 } }, 'exact', 'st-gumbel-softmax'];
    const many = { steps: 20, diagnostics: { every: 20, samples: 32, estimators: further } };
    for (const estimator of ['st-gumbel-softmax', 'relax']) {
      const plain = await record({ estimator, config: { steps: many.steps } });
      const alone = await record({
        estimator,
        config: { ...many, diagnostics: { ...many.diagnostics, estimators: [] } },
      });
      const measured = await record({ estimator, config: many });
      expect(measured.checkpoints.at(-1)!.tensors).toEqual(plain.checkpoints.at(-1)!.tensors);
      const own = [...measured.points].filter(([name]) => readSeriesName(name).estimator === null);
      expect(own).toEqual([...alone.points]);
      const ids = new Set([...measured.points.keys()].map((name) => readSeriesName(name).estimator));
      const besides = estimator === 'relax' ? ['st-gumbel-softmax'] : [];
      expect(ids).toEqual(new Set([null, 'reinforce', 'rebar', 'exact', ...besides]));
      for (const [, mse] of measured.points.get('gradientMse.exact')!) expect(mse).toBeLessThan(1e-9);
      const again = await record({ estimator, config: many });
      expect(again.points).toEqual(measured.points);
    }
  });

  it('say that the exact estimator is exact', async () => {
    const { points } = await record({ estimator: 'exact', config: on });
    for (const name of ['gradientBias', 'gradientVariance', 'gradientMse']) {
      for (const [, value] of points.get(name)!) expect(value).toBeLessThan(1e-9);
    }
    for (const [, value] of points.get('gradientCosine')!) expect(value).toBeCloseTo(1, 6);
    expect(points.has('gradientReferenceError')).toBe(false);
  });

  it('are the same after an interruption in the middle of a measurement', async () => {
    const whole = await record({ config: on });
    const cut = await record({ config: on, cancelAt: 20 });
    expect(cut.outcome?.state).toBe('cancelled');
    const rest = await record({ config: on, resume: cut.checkpoints.at(-1) });
    for (const [name, all] of whole.points) {
      if (!GRADIENT.test(name)) continue;
      expect([...(cut.points.get(name) ?? []), ...(rest.points.get(name) ?? [])]).toEqual(all);
    }
  });
});
