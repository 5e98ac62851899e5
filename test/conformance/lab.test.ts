import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { LabHost } from '../../src/engine/labs/lab-host.ts';
import { runLabTask } from '../../src/engine/labs/run-lab-task.ts';
import { AppError } from '../../src/shared/errors.ts';
import {
  gradientTaskSchema,
  sweepTaskSchema,
  type GradientResult,
  type SweepResult,
} from '../../src/shared/gradient.ts';
import { labResultSchema, type LabProgress } from '../../src/shared/labs.ts';

function host(told: LabProgress[] = [], memory = 1e9): LabHost {
  return {
    memory,
    progress: (done, total, result) => told.push({ done, total, result: result() }),
    breathe: () => Promise.resolve(),
  };
}

async function gradient(raw: object, told?: LabProgress[], memory?: number): Promise<GradientResult> {
  const task = gradientTaskSchema.parse({ kind: 'gradient', seed: 1, ...raw });
  return (await runLabTask(task, host(told, memory))) as GradientResult;
}

const bit = { distribution: 'bernoulli', objective: 'expr:(z-0.45)^2' };
const score = { estimator: 'reinforce', settings: { baseline: 'none' } };

describe('the gradient task', () => {
  // The closed forms: theta (f1 (1 - theta))^2 + (1 - theta) (f0 theta)^2 - (Delta q)^2, and Delta^2 (q / 2 - q^2) for two
  // samples with leave-one-out. Bounds of 4 standard errors: one false alarm in 16 000 a check, with fixed seeds none.
  it.each([
    [0.5, 1.594e-2, 6.25e-4],
    [0.3, 1.559e-2, 6.09e-4],
  ])('variances of the published toy at theta = %d', async (theta, plain, leaveOneOut) => {
    const logits = [Math.log(theta / (1 - theta))];
    const slope = 0.1 * theta * (1 - theta);
    for (const [settings, variance] of [
      [{ baseline: 'none' }, plain],
      [{ samples: 2, baseline: 'leave-one-out' }, leaveOneOut],
    ] as const) {
      const found = await gradient({ ...bit, logits, estimator: 'reinforce', settings, samples: 100_000 });
      const [only] = found.coordinates;
      expect(only!.exact).toBeCloseTo(slope, 12);
      expect(Math.abs(only!.mean - slope)).toBeLessThan(4 * only!.standardError);
      expect(only!.standardError).toBeCloseTo(Math.sqrt(only!.variance / 100_000), 12);
      // Printed to 4 digits; the variance of 1e5 numbers is known to about 1 %.
      expect(Math.abs(only!.variance / variance - 1)).toBeLessThan(0.02);
      expect(found.figures.variance!.value).toBeCloseTo(only!.variance, 4);
    }
  });

  it('a real number: the gradient for each parameter of its distribution', async () => {
    const laplace = { distribution: 'laplace', logits: [1, 0.5], objective: 'expr:z^2', samples: 20_000 };
    for (const estimator of ['reparam', 'reinforce']) {
      const { coordinates, figures } = await gradient({ ...laplace, estimator });
      // E z^2 = m^2 + 2 s^2.
      expect(coordinates.map(({ exact }) => exact)).toEqual([expect.closeTo(2, 9), expect.closeTo(2, 9)]);
      for (const { mean, standardError } of coordinates)
        expect(Math.abs(mean - 2)).toBeLessThan(4 * standardError);
      // Pathwise, 2 z for the location: 4 times the variance of z, whose estimate is right to 2 %.
      if (estimator === 'reparam') expect(Math.abs(coordinates[0]!.variance / 2 - 1)).toBeLessThan(0.08);
      expect(figures.cosine).not.toBeNull();
    }
  });

  it('two correlated numbers: location and Cholesky factor', async () => {
    const pair = { distribution: 'multivariate-normal', logits: [0.5, -0.3, 1, 0.6, 0.8], samples: 20_000 };
    const { coordinates } = await gradient({ ...pair, objective: 'expr:z^2', estimator: 'reparam' });
    // E |z|^2 = |m|^2 + |L|^2.
    const truth = [1, -0.6, 2, 1.2, 1.6];
    coordinates.forEach(({ exact, mean, standardError }, i) => {
      expect(exact).toBeCloseTo(truth[i]!, 5);
      expect(Math.abs(mean - truth[i]!)).toBeLessThan(4 * standardError);
    });
  });

  it.each([
    [{ distribution: 'cauchy', logits: [0, 1], objective: 'expr:z^2' }, /E f does not exist/],
    [{ distribution: 'normal', logits: [0] }, /parameters: expected location, scale .* found 1 number/],
    [{ distribution: 'normal', logits: [0, -1] }, /parameters: scale is -1; expected 0.001 to 1000/],
    [
      { distribution: 'normal', logits: [0, 1], objective: 'expr:z > 1' },
      /reparam needs the gradient of f in z/,
    ],
    [
      { distribution: 'normal', logits: [0, 1], estimator: 'exact' },
      /exact takes .*, but this choice is continuous/,
    ],
  ])('refuses %j', async (raw, message) => {
    await expect(
      gradient({ objective: 'expr:z', estimator: 'reparam', samples: 10, ...raw }),
    ).rejects.toThrow(message);
  });

  it('tells the bias of straight-through: mean 2 (theta - t) q', async () => {
    const theta = 0.3;
    const found = await gradient({
      ...bit,
      logits: [Math.log(theta / (1 - theta))],
      estimator: 'straight-through',
      samples: 50_000,
    });
    const [only] = found.coordinates;
    const mean = 2 * (theta - 0.45) * theta * (1 - theta);
    expect(Math.abs(only!.mean - mean)).toBeLessThan(4 * only!.standardError);
    const { bias, mse, variance } = found.figures;
    const truth = Math.abs(mean - 0.1 * theta * (1 - theta));
    expect(bias!.low!).toBeLessThan(truth);
    expect(bias!.high!).toBeGreaterThan(truth);
    expect(mse!.value).toBeCloseTo(variance!.value + truth ** 2, 3);
  });

  it('is the same numbers for the same seed, others for another, and leaves no tensors behind', async () => {
    const task = {
      distribution: 'categorical',
      objective: 'expr:cos(k)',
      logits: [0.2, -0.5, 0.8],
      ...score,
      samples: 3000,
      bins: 20,
    };
    await gradient(task);
    const before = tf.memory().numTensors;
    const told: LabProgress[] = [];
    const first = await gradient(task, told);
    expect(tf.memory().numTensors).toBe(before);
    expect(await gradient(task)).toEqual(first);
    expect((await gradient({ ...task, seed: 2 })).coordinates).not.toEqual(first.coordinates);
    expect(() => labResultSchema.parse(first)).not.toThrow();
    expect(first.samples).toBe(3000);
    for (const { counts, below, above } of first.histograms) {
      expect(counts.reduce((sum, n) => sum + n, 0) + below + above).toBe(3000);
    }
    expect(told.map(({ done }) => done)).toEqual([512, 3000]);
  });

  const table = { distribution: 'categorical', samples: 10_000 };

  it('says what was never drawn, and trusts no standard error that does not know of it', async () => {
    const rare = await gradient({ ...table, logits: [0, -12], objective: 'table:0,1000000', ...score });
    const probability = 1 / (1 + Math.exp(12));
    expect(rare.unseen).toMatchObject({ values: 1, of: 2 });
    expect(rare.unseen!.probability / probability).toBeCloseTo(1, 12);
    expect(rare.coordinates.map(({ trusted }) => trusted)).toEqual([false, false]);
    expect(rare.doubts[0]).toMatch(
      /1 of the 2 values of z, with probability 0.00000614 together, was never drawn/,
    );
    expect(rare.figures.bias).toMatchObject({ low: null, high: null });
    expect(() => labResultSchema.parse(rare)).not.toThrow();
  });

  it('has no doubts where what was not drawn does not matter, all was drawn, or nothing is', async () => {
    const far = await gradient({ ...table, logits: [0.5, 0, -40], objective: 'table:1,2,3', ...score });
    expect(far.unseen!.probability / (Math.exp(-40) / (1 + Math.exp(0.5)))).toBeCloseTo(1, 12);
    const usual = await gradient({ ...table, logits: [0.2, -0.5, 0.8], objective: 'expr:cos(k)', ...score });
    expect(usual.unseen).toEqual({ values: 0, of: 3, probability: 0 });
    const none = await gradient({
      ...{ ...table, logits: [0, -12], objective: 'table:0,1000000', estimator: 'softmax' },
    });
    expect(none.unseen).toBeNull();
    // What is said of x2 is 1e-18, and not known to any digit; the figures over all do not see it.
    expect(far.coordinates.map(({ trusted }) => trusted)).toEqual([true, true, false]);
    expect(far.figures.bias!.low).not.toBeNull();
    for (const { doubts, coordinates } of [usual, none]) {
      expect(doubts).toEqual([]);
      expect(coordinates.every(({ trusted }) => trusted)).toBe(true);
    }
  });

  it.each([1e-4, 1e-5, 1e-6])(
    'claims nothing of a tail that was hardly drawn: temperature %d',
    async (temperature) => {
      const found = await gradient({
        ...{ ...table, logits: [0.1, 0, 1], objective: 'table:1,2,3', samples: 20_000 },
        ...{ estimator: 'gumbel-softmax', temperature },
      });
      expect(found.doubts).toHaveLength(1);
      for (const figure of Object.values(found.figures)) expect(figure?.low ?? null).toBeNull();
    },
  );

  it('takes logits up to the largest that float32 has, and names one beyond it', async () => {
    const large = await gradient({
      ...{ ...table, logits: [1e16, 1e16, 0], objective: 'table:1,2,3', estimator: 'softmax', samples: 100 },
    });
    expect(large.coordinates.map(({ exact }) => exact)).toEqual([-0.25, 0.25, 0]);
    expect(large.coordinates.map(({ mean }) => mean)).toBeAllClose([-0.25, 0.25, 0], { absolute: 1e-6 });
    const beyond = gradient({ ...table, logits: [1e39, 0, 1], objective: 'table:1,2,3', ...score });
    await expect(beyond).rejects.toThrow('logits: logit 0 is 1e+39, beyond float32');
  });

  it('ends at once when it is cancelled, and leaves no tensors behind', async () => {
    const before = tf.memory().numTensors;
    let breaths = 0;
    const task = gradientTaskSchema.parse({ kind: 'gradient', ...bit, logits: [0], ...score, samples: 1e9 });
    const cancelled: LabHost = {
      ...host(),
      breathe: () => {
        breaths += 1;
        return breaths < 3 ? Promise.resolve() : Promise.reject(new AppError('cancelled', 'enough'));
      },
    };
    await expect(runLabTask(task, cancelled)).rejects.toThrow('enough');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('a sweep has a point a value, its bias falling and its variance rising with lower temperature', async () => {
    const task = sweepTaskSchema.parse({
      kind: 'sweep',
      distribution: 'categorical',
      objective: 'expr:(k-1.2)^2',
      logits: [0.2, -0.5, 0.8],
      estimator: 'gumbel-softmax',
      over: 'temperature',
      values: [0.1, 1, 4],
      samples: 20_000,
    });
    const { points } = (await runLabTask(task, host())) as SweepResult;
    expect(points.map(({ at, samples }) => [at, samples])).toEqual([0.1, 1, 4].map((at) => [at, 20_000]));
    const [cold, , hot] = points;
    expect(cold!.figures.bias!.high!).toBeLessThan(hot!.figures.bias!.low!);
    expect(cold!.figures.variance!.low).toBeGreaterThan(hot!.figures.variance!.high!);
  });

  it('a sweep over M and over eta; leave-one-out with two samples has its closed form', async () => {
    const swept = async (raw: object) => {
      const task = sweepTaskSchema.parse({ kind: 'sweep', ...bit, logits: [0], samples: 50_000, ...raw });
      return ((await runLabTask(task, host())) as SweepResult).points;
    };
    const [two, eight] = await swept({
      ...{ estimator: 'reinforce', settings: { baseline: 'leave-one-out' }, over: 'samples', values: [2, 8] },
    });
    expect([two!.evaluationsPerSample, eight!.evaluationsPerSample]).toEqual([2, 8]);
    // Delta^2 (q / 2 - q^2) with q = 1/4; within 2 %, as above.
    expect(Math.abs(two!.figures.variance!.value / 6.25e-4 - 1)).toBeLessThan(0.02);
    expect(eight!.figures.variance!.high).toBeLessThan(two!.figures.variance!.low!);
    // With this f the relaxation's slope has the wrong sign more often than not: the best eta is near 0.
    const [small, one] = await swept({ estimator: 'rebar', over: 'eta', values: [0.02, 1] });
    expect(small!.figures.variance!.high).toBeLessThan(one!.figures.variance!.low!);
  });

  it('a warm-up trains what the estimator learns, says so, and leaves the mean as it is', async () => {
    const task = { ...bit, objective: 'expr:z', logits: [0], estimator: 'rebar', samples: 20_000 };
    await gradient({ ...task, warmUp: 2 });
    const before = tf.memory().numTensors;
    const cold = await gradient(task);
    const told: LabProgress[] = [];
    const warm = await gradient({ ...task, warmUp: 200 }, told);
    expect(tf.memory().numTensors).toBe(before);
    expect(cold.warmedUp).toEqual({ steps: 0, learned: {} });
    expect(warm.warmedUp.steps).toBe(200);
    expect(Object.keys(warm.warmedUp.learned)).toEqual(['eta', 'relaxation']);
    expect(warm.figures.variance!.high).toBeLessThan(cold.figures.variance!.low! / 4);
    const [only] = warm.coordinates;
    // 4 standard errors: with this seed it holds.
    expect(Math.abs(only!.mean - only!.exact!)).toBeLessThan(4 * only!.standardError);
    expect(told.slice(0, 200).every(({ result }) => result === null)).toBe(true);
    const shares = told.map(({ done, total }) => done / total);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  it.each([
    ['learned', ['baseline'], 50],
    ['moving-average', ['baseline'], 50],
    ['none', [], 0],
  ])('a warm-up of reinforce with baseline %s', async (baseline, names, steps) => {
    const before = tf.memory().numTensors;
    const task = { ...bit, logits: [0, 1], estimator: 'reinforce', settings: { baseline }, samples: 100 };
    const { warmedUp } = await gradient({ ...task, warmUp: 50 });
    expect(warmedUp.steps).toBe(steps);
    expect(Object.keys(warmedUp.learned)).toEqual(names);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('samples many bits without the exact gradient, which would take as many values of as many bits', async () => {
    const logits = new Array<number>(6000).fill(0);
    const task = { ...bit, objective: 'expr:mean(z)', logits, ...score, samples: 4 };
    const { coordinates } = await gradient(task);
    expect(coordinates).toHaveLength(6000);
    expect(coordinates[0]!.exact).toBeNull();
  });

  it.each([
    [{ ...bit, logits: [0], estimator: 'nobody' }, undefined, /estimator "nobody" does not exist/],
    [
      { distribution: 'categorical', objective: 'expr:k', logits: [0], ...score },
      undefined,
      /expected 2 or more for a categorical choice/,
    ],
    [
      { ...bit, objective: 'expr:floor(z)', logits: [0], estimator: 'gumbel-softmax' },
      undefined,
      /this f has steps; those that need only its values: .*exact, .*reinforce/,
    ],
    [{ ...bit, objective: 'expr:1/z', logits: [0], ...score }, undefined, /f is Infinity at z = 0/],
    [{ ...bit, objective: 'table:1,2,3', logits: [0, 0], ...score }, undefined, /3 entries; 2 bits need 4/],
    [
      { ...bit, logits: new Array<number>(100_000).fill(0), ...score },
      1e6,
      /100000 of them need about 32 MiB/,
    ],
    [
      { ...bit, logits: [0], estimator: 'reinforce', settings: { samples: 0 } },
      undefined,
      /estimators.reinforce.samples/,
    ],
    [
      { ...bit, logits: [0], objective: 'expr:abs(z - 0.5)^(-2)', estimator: 'softmax' },
      undefined,
      /an estimate of softmax is .* at logit 0/,
    ],
  ])('refuses task %#', async (raw, memory, message) => {
    await expect(gradient({ samples: 100, ...raw }, [], memory)).rejects.toThrow(message);
  });
});
