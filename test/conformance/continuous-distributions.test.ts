/**
 * Continuous distributions against their densities and distribution functions on the host, and their pathwise gradients against
 * quadrature. Failure rate by chance and seeds: test/support/estimators/z-test.ts; a Kolmogorov-Smirnov check fails with 1e-6.
 */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import type { OneChoice, ContinuousChoice, Objective } from '../../src/engine/core/choice.ts';
import { digamma, logGamma } from '../../src/engine/distributions/continuous/gamma-functions.ts';
import { logGammaSlope } from '../../src/engine/distributions/continuous/log-gamma-sample.ts';
import { continuousDistributions } from '../../src/engine/distributions/continuous/registry.ts';
import { reparam } from '../../src/engine/estimators/reparam.ts';
import { findEstimator, parseSettings } from '../../src/engine/estimators/registry.ts';
import { rootKey } from '../../src/engine/random/key.ts';
import {
  coordinate,
  expectation,
  gammaCdf,
  hostDistributions,
  hostLogGamma,
  type HostDistribution,
} from '../support/continuous.ts';
import { bounded, parameterGradients, slope, tiled } from '../support/continuous-estimates.ts';
import { momentsOf } from '../support/estimators/sampling.ts';
import { comparisons, expectMeans } from '../support/estimators/z-test.ts';
import { rowsHere } from '../support/use-backend.ts';

const rows = rowsHere(20_000);

function kolmogorovSmirnov(sample: readonly number[], cdf: (x: number) => number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  const n = sorted.length;
  return Math.max(...sorted.map((x, i) => Math.max((i + 1) / n - cdf(x), cdf(x) - i / n))) * Math.sqrt(n);
}

const univariate = continuousDistributions
  .filter(({ id }) => id !== 'multivariate-normal')
  .map((distribution) => ({ id: distribution.id, distribution, host: hostDistributions[distribution.id]! }));

test('every distribution of the registry is tested here, alphabetically', () => {
  const ids = continuousDistributions.map(({ id }) => id);
  expect(ids).toEqual([...ids].sort());
  expect(univariate.every(({ host }) => (host as HostDistribution | undefined) !== undefined)).toBe(true);
});

describe.each(univariate)('$id', ({ distribution, host }) => {
  const names = Object.keys(host.parameters);
  const each = [0, 1].map((d) => coordinate(host.parameters, d));

  test('names its parameters', () => {
    expect(Object.keys(distribution.parameters)).toEqual(names);
  });

  test('samples have its law', () => {
    const sample = tf.tidy(() => distribution.sample(tiled(host.parameters, rows), rootKey(1)).dataSync());
    for (const d of [0, 1]) {
      const own = Array.from({ length: rows }, (_, row) => sample[2 * row + d]!);
      expect(kolmogorovSmirnov(own, (z) => host.cdf(z, each[d]!))).toBeLessThan(2.7);
    }
  });

  test('log p(z), its gradients, and a density that integrates to 1', () => {
    expect(expectation(host, each[0]!, () => 1)).toBeCloseTo(1, 5);
    const points = [0.2, 0.9, 1.7, 3.1];
    const z = tf.tensor2d(points.map((x) => [x, x + 0.3]));
    const parameters = tiled(host.parameters, points.length);
    const found = tf.tidy(() => {
      const value = distribution.logProb(parameters, z).dataSync();
      const gradients = tf.grads((at: tf.Tensor, ...tensors: tf.Tensor[]) =>
        tf.sum(
          distribution.logProb(
            Object.fromEntries(names.map((name, i) => [name, tensors[i]!])),
            at as tf.Tensor2D,
          ),
        ),
      )([z, ...names.map((name) => parameters[name]!)]);
      return { value, gradients: gradients.map((gradient) => Array.from(gradient.dataSync())) };
    });
    expect(found.value).toBeAllClose(
      points.map((x) => host.logDensity(x, each[0]!) + host.logDensity(x + 0.3, each[1]!)),
      { absolute: 2e-5, relative: 1e-5 },
    );
    const flat = points.flatMap((x) => [x, x + 0.3]);
    const expected = [
      flat.map((x, i) => slope({ x }, 'x', ({ x: at }) => host.logDensity(at!, each[i % 2]!))),
      ...names.map((name) => flat.map((x, i) => slope(each[i % 2]!, name, (p) => host.logDensity(x, p)))),
    ];
    found.gradients.forEach((gradient, i) =>
      expect(gradient).toBeAllClose(expected[i]!, { absolute: 1e-4, relative: 1e-4 }),
    );
    tf.dispose([z, parameters]);
  });

  test('entropy and its gradient by quadrature', () => {
    const entropy = (p: Readonly<Record<string, number>>) =>
      -expectation(host, p, (z) => host.logDensity(z, p));
    const parameters = tiled(host.parameters, 1);
    const values = names.map((name) => parameters[name]!);
    const [value, gradients] = tf.tidy(() => {
      const of = (...tensors: tf.Tensor[]) =>
        distribution.entropy(Object.fromEntries(names.map((name, i) => [name, tensors[i]!])));
      const all = tf.grads((...tensors: tf.Tensor[]) => tf.add(tf.sum(of(...tensors)), silent(tensors)));
      return [of(...values).dataSync()[0]!, all(values).map((gradient) => gradient.dataSync())] as const;
    });
    expect(value).toBeCloseTo(entropy(each[0]!) + entropy(each[1]!), 4);
    names.forEach((name, i) =>
      expect(gradients[i]!).toBeAllClose(
        each.map((p) => slope(p, name, entropy)),
        { absolute: 2e-4, relative: 2e-4 },
      ),
    );
    tf.dispose(parameters);
  });

  test.runIf(distribution.kl !== undefined)('KL by quadrature, and 0 from a law to itself', () => {
    const others = [0, 1].map((d) => coordinate(host.other, d));
    const divergence = [0, 1].reduce(
      (sum, d) =>
        sum +
        expectation(host, each[d]!, (z) => host.logDensity(z, each[d]!) - host.logDensity(z, others[d]!)),
      0,
    );
    const [from, to] = [tiled(host.parameters, 1), tiled(host.other, 1)];
    const [far, near] = tf.tidy(() => [
      distribution.kl!(from, to).dataSync()[0]!,
      distribution.kl!(from, from).dataSync()[0]!,
    ]);
    expect(far).toBeCloseTo(divergence, 4);
    expect(near).toBeCloseTo(0, 5);
    tf.dispose([from, to]);
  });

  test('moves its samples along -(dF / dparameter) / p(z)', () => {
    const parameters = tiled(host.parameters, 50);
    const sum: Objective = { relaxable: true, evaluate: (z) => tf.sum<tf.Tensor1D>(z, 1) };
    const seen: { z: ArrayLike<number> } = { z: [] };
    const watch: Objective = {
      relaxable: true,
      evaluate: (z) => {
        seen.z = z.dataSync();
        return sum.evaluate(z);
      },
    };
    const gradients = parameterGradients(reparam, distribution, parameters, watch, 3);
    for (const name of names) {
      const expected = Array.from(seen.z).map((z, i) => {
        const p = each[i % 2]!;
        return -slope(p, name, (at) => host.cdf(z, at)) / Math.exp(host.logDensity(z, p));
      });
      // Where the density is small, so is what double precision leaves of the distribution function's difference.
      expect(gradients[name]!).toBeAllClose(expected, { absolute: 2e-4, relative: 2e-3 });
    }
    tf.dispose(parameters);
  });

  test('the mean of the pathwise gradient is that of E f by quadrature', () => {
    const parameters = tiled(host.parameters, rows);
    const gradients = parameterGradients(reparam, distribution, parameters, bounded, 4);
    for (const name of names) {
      const expected = each.map((p) => slope(p, name, (at) => expectation(host, at, (z) => Math.tanh(z))));
      expectMeans(momentsOf({ gradient: gradients[name]!, size: 2 }), expected, 5e-5);
    }
    tf.dispose(parameters);
  });

  test('same seed, same bytes; other seeds and rows, other samples; no tensor left', () => {
    const parameters = tiled(host.parameters, 20);
    const run = (seed: number) =>
      parameterGradients(reparam, distribution, parameters, bounded, seed, { samples: 3 })[names[0]!]!;
    const first = run(5);
    const before = tf.memory().numTensors;
    expect(run(5)).toEqual(first);
    expect(tf.memory().numTensors).toBe(before);
    expect(run(6)).not.toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(30);
    tf.dispose(parameters);
  });
});

/** 0, with a gradient for every tensor: an entropy need not depend on all parameters. */
function silent(tensors: readonly tf.Tensor[]): tf.Tensor {
  return tf.addN(tensors.map((tensor) => tf.sum(tf.mul(tensor, 0))));
}

describe('reparam', () => {
  const distribution = continuousDistributions.find(({ id }) => id === 'normal')!;
  const run = (choice: OneChoice, objective: Objective, samples = 1) =>
    reparam.estimate({
      choice,
      objective,
      key: rootKey(9),
      temperature: 1,
      settings: parseSettings(reparam, { samples }),
      state: { parameters: {}, buffers: {} },
    });

  test("f's own parameters, the value, the evaluations", () => {
    const parameters = tiled({ location: [1, 2], scale: [0.5, 2] }, rows);
    const weights = tf.fill([rows, 2], 3);
    let calls = 0;
    const found = tf.tidy(() => {
      const made: { value: number; evaluations: number } = { value: Number.NaN, evaluations: 0 };
      const gradient = tf.grad((own: tf.Tensor) => {
        const objective: Objective = {
          relaxable: true,
          evaluate: (z) => {
            calls += 1;
            return tf.sum<tf.Tensor1D>(tf.mul(own, tf.square(z)), 1);
          },
        };
        const estimate = run({ kind: 'continuous', distribution, parameters }, objective, 2);
        made.value = estimate.value.dataSync()[0]!;
        made.evaluations = estimate.evaluations;
        return estimate.surrogate;
      })(weights);
      return { ...made, gradient: Float32Array.from(tf.mul(gradient, rows).dataSync()) };
    });
    // E z^2 = location^2 + scale^2: 1.25 and 8.
    expectMeans(momentsOf({ gradient: found.gradient, size: 2 }), [1.25, 8], 1e-4);
    expect(found.value).toBeCloseTo(3 * found.gradient.reduce((sum, x) => sum + x / rows, 0), 2);
    expect([calls, found.evaluations]).toEqual([2, 2]);
    tf.dispose([parameters, weights]);
  });

  test('refuses discrete choices, and they refuse continuous ones', () => {
    const parameters = tiled({ location: [1, 2], scale: [0.5, 2] }, 2);
    const logits = tf.zeros<tf.Rank.R2>([2, 2]);
    expect(() => run({ kind: 'bernoulli', logits }, bounded)).toThrow(
      'Reparameterisation takes continuous choices, but this choice is bernoulli; choose another estimator.',
    );
    const input = { key: rootKey(1), temperature: 1, settings: {}, state: { parameters: {}, buffers: {} } };
    const continuous: ContinuousChoice = { kind: 'continuous', distribution, parameters };
    expect(() =>
      findEstimator('softmax').estimate({ ...input, choice: continuous, objective: bounded }),
    ).toThrow('takes categorical or bernoulli choices, but this choice is continuous');
    tf.dispose([parameters, logits]);
  });
});

describe('the multivariate normal distribution', () => {
  const distribution = continuousDistributions.find(({ id }) => id === 'multivariate-normal')!;
  const location = [0.4, -0.7];
  /** What stands above the diagonal is ignored. */
  const cholesky = [1.2, 99, -0.6, 0.8];
  const [a, b, c] = [1.2, -0.6, 0.8];
  const parameters = (count: number) => ({
    location: tf.tile(tf.tensor2d(location, [1, 2]), [count, 1]),
    cholesky: tf.tile(tf.tensor3d(cholesky, [1, 2, 2]), [count, 1, 1]),
  });

  test('pathwise gradients of (z_1 z_2)^2 / 2: those of its moments', () => {
    // E z1^2 z2^2 = (m1^2 + s11)(m2^2 + s22) + 4 m1 m2 s12 + 2 s12^2, S = L L^T.
    const value = (p: Readonly<Record<string, number>>) => {
      const [s11, s12, s22] = [p['a']! ** 2, p['a']! * p['b']!, p['b']! ** 2 + p['c']! ** 2];
      const [m1, m2] = [p['m1']!, p['m2']!];
      return ((m1 ** 2 + s11) * (m2 ** 2 + s22) + 4 * m1 * m2 * s12 + 2 * s12 ** 2) / 2;
    };
    const at = { m1: location[0]!, m2: location[1]!, a, b, c };
    const product: Objective = {
      relaxable: true,
      evaluate: (z) => {
        const [one, two] = tf.split(z, 2, 1);
        return tf.reshape<tf.Rank.R1>(tf.mul(0.5, tf.square(tf.mul(one!, two!))), [-1]);
      },
    };
    const own = parameters(rows);
    const gradients = parameterGradients(reparam, distribution, own, product, 7);
    const expected = (name: string) => slope(at, name, value);
    expectMeans(momentsOf({ gradient: gradients['location']!, size: 2 }), ['m1', 'm2'].map(expected), 1e-4);
    expectMeans(
      momentsOf({ gradient: gradients['cholesky']!, size: 4 }),
      [expected('a'), 0, expected('b'), expected('c')],
      1e-4,
    );
    tf.dispose(own);
  });

  /** log p by the inverse of the covariance, 2 x 2. */
  function logDensity(z: readonly number[], m: readonly number[], l: readonly number[]): number {
    const [s11, s12, s22] = [l[0]! ** 2, l[0]! * l[2]!, l[2]! ** 2 + l[3]! ** 2];
    const determinant = s11 * s22 - s12 * s12;
    const [x, y] = [z[0]! - m[0]!, z[1]! - m[1]!];
    const form = (s22 * x * x - 2 * s12 * x * y + s11 * y * y) / determinant;
    return -form / 2 - Math.log(2 * Math.PI) - Math.log(determinant) / 2;
  }

  test('log p(z), entropy and KL, by the covariance', () => {
    const points = [
      [0, 0],
      [1.5, -0.3],
      [-2, 2],
    ];
    const [m2, l2] = [
      [0, 0.5],
      [0.9, 0, 0.3, 1.1],
    ];
    const found = tf.tidy(() => {
      const own = parameters(3);
      const to = { location: tf.tensor2d([m2]), cholesky: tf.tensor3d(l2, [1, 2, 2]) };
      const one = parameters(1);
      return {
        logProb: distribution.logProb(own, tf.tensor2d(points)).dataSync(),
        entropy: distribution.entropy(own).dataSync(),
        kl: distribution.kl!(one, to).dataSync()[0]!,
        self: distribution.kl!(one, one).dataSync()[0]!,
      };
    });
    expect(found.logProb).toBeAllClose(
      points.map((z) => logDensity(z, location, cholesky)),
      { absolute: 1e-5 },
    );
    expect(found.entropy[0]).toBeCloseTo(Math.log(2 * Math.PI * Math.E) + Math.log(a * c), 5);
    // E_p [log p - log q] by a grid over the standard noise.
    let divergence = 0;
    const step = 0.05;
    for (let i = -160; i <= 160; i++) {
      for (let j = -160; j <= 160; j++) {
        const [x, y] = [i * step, j * step];
        const z = [location[0]! + a * x, location[1]! + b * x + c * y];
        const weight = (Math.exp(-(x * x + y * y) / 2) / (2 * Math.PI)) * step * step;
        divergence += weight * (logDensity(z, location, cholesky) - logDensity(z, m2, l2));
      }
    }
    expect(found.kl).toBeCloseTo(divergence, 5);
    expect(found.self).toBeCloseTo(0, 5);
  });

  test('in more dimensions: log p of samples averages to minus the entropy', () => {
    const side = 4;
    const factor = Array.from({ length: side * side }, (_, i) =>
      i % side === Math.floor(i / side) ? 0.8 + 0.1 * i : Math.sin(i),
    );
    const { logProb, entropy } = tf.tidy(() => {
      const own = {
        location: tf.zeros<tf.Rank.R2>([rows, side]),
        cholesky: tf.tile(tf.tensor3d(factor, [1, side, side]), [rows, 1, 1]),
      };
      const z = distribution.sample(own, rootKey(8));
      return {
        logProb: Float32Array.from(distribution.logProb(own, z).dataSync()),
        entropy: distribution.entropy(own).dataSync()[0]!,
      };
    });
    expectMeans(momentsOf({ gradient: logProb, size: 1 }), [-entropy], 1e-4);
  });
});

describe('gamma functions', () => {
  const points = [0.05, 0.3, 1, 1.4616321, 2, 3.7, 7.9, 8, 8.1, 40, 5000];

  test('log Gamma and its slopes', () => {
    const x = tf.tensor1d(points);
    const [value, first, second] = tf.tidy(() => [
      logGamma(x).dataSync(),
      tf
        .grad((at: tf.Tensor) => tf.sum(logGamma(at)))(x)
        .dataSync(),
      tf
        .grad((at: tf.Tensor) => tf.sum(digamma(at)))(x)
        .dataSync(),
    ]) as [Float32Array, Float32Array, Float32Array];
    expect(value).toBeAllClose(points.map(hostLogGamma), { absolute: 3e-6, relative: 1e-6 });
    const step = 1e-4;
    const difference = points.map(
      (at) => (hostLogGamma(at * (1 + step)) - hostLogGamma(at * (1 - step))) / (2 * step * at),
    );
    expect(first).toBeAllClose(difference, { absolute: 1e-5, relative: 1e-5 });
    // Known values of trigamma: pi^2 / 6 at 1, one less at 2.
    expect(second[2]).toBeCloseTo(Math.PI ** 2 / 6, 5);
    expect(second[4]).toBeCloseTo(Math.PI ** 2 / 6 - 1, 5);
    x.dispose();
  });

  test.each([0.05, 0.3, 1, 3, 30, 1000])('implicit slope of the quantiles, alpha %f', (alpha) => {
    const quantile = (u: number) => {
      let [low, high] = [-1000, Math.log(alpha + 12 * Math.sqrt(alpha) + 40)];
      for (let i = 0; i < 100; i++) {
        const middle = (low + high) / 2;
        if (gammaCdf(Math.exp(middle), alpha) < u) low = middle;
        else high = middle;
      }
      return Math.fround((low + high) / 2);
    };
    const logs = [1e-3, 0.05, 0.3, 0.5, 0.7, 0.95, 0.999].map(quantile);
    const expected = logs.map((logX) => {
      const x = Math.exp(logX);
      const step = 1e-4 * alpha;
      const change = (gammaCdf(x, alpha + step) - gammaCdf(x, alpha - step)) / (2 * step);
      return -change / Math.exp(alpha * logX - x - hostLogGamma(alpha));
    });
    const found = tf.tidy(() =>
      logGammaSlope(tf.fill([1, logs.length], alpha), tf.tensor2d([logs])).dataSync(),
    );
    expect(found).toBeAllClose(expected, { relative: 1e-3, absolute: 1e-6 });
  });
});

afterAll(() => {
  expect(comparisons()).toBeLessThan(200);
});
