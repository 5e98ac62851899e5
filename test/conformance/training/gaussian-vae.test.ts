/** The Gaussian VAE against closed forms: its laws, its bounds, and probabilistic PCA, which a linear one has to become. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { findEstimator, parseSettings } from '../../../src/engine/estimators/registry.ts';
import type { ImageData, ImageSplit } from '../../../src/engine/images/image-data.ts';
import { gaussianVaeConfigSchema } from '../../../src/engine/problems/gaussian-vae/config.ts';
import { hardParts } from '../../../src/engine/problems/gaussian-vae/evaluate.ts';
import { gaussianVae } from '../../../src/engine/problems/gaussian-vae/gaussian-vae.ts';
import { logWeights } from '../../../src/engine/problems/gaussian-vae/evaluate.ts';
import { drawLatentSpace, latentQuestions } from '../../../src/engine/problems/gaussian-vae/latent-view.ts';
import {
  meanLogLikelihood,
  probabilisticPca,
} from '../../../src/engine/problems/gaussian-vae/linear-model.ts';
import {
  createParameters,
  logPrior,
  networksOf,
} from '../../../src/engine/problems/gaussian-vae/networks.ts';
import { createVaeInstance } from '../../../src/engine/problems/gaussian-vae/vae-model.ts';
import { fold, rootKey } from '../../../src/engine/random/key.ts';
import { train } from '../../../src/engine/training/train.ts';
import { inputAt } from '../../../src/shared/pictures/asks.ts';
import { readPicture } from '../../../src/shared/pictures/picture.ts';
import { hostOf, imagesOf } from '../../support/images/idx.ts';

const config = (raw: object) => gaussianVaeConfigSchema.parse(raw);

/** Images with a mean of 0, whose covariance is diagonal by construction: each is 0 but for one pixel, above or below by its reach. */
const REACHES = [4, 3, 1, 1];
const crossed: ImageSplit = {
  count: 8,
  pixels: Float32Array.from(
    REACHES.flatMap((reach, pixel) =>
      [1, -1].flatMap((sign) => REACHES.map((_, other) => (other === pixel ? sign * reach : 0))),
    ),
  ),
  labels: null,
};
const data: ImageData = {
  height: 2,
  width: 2,
  classes: 0,
  entropy: null,
  source: 'crossed images',
  binarize: 'none',
  train: crossed,
  validation: crossed,
  test: crossed,
};
/** Of two latents: eigenvalues 2 reach^2 / 8; the two that are left are equal to their mean, s^2. */
const EIGENVALUES = REACHES.map((reach) => (2 * reach * reach) / 8);
const PCA_LIKELIHOOD =
  -0.5 * (4 * Math.log(2 * Math.PI) + EIGENVALUES.reduce((sum, value) => sum + Math.log(value), 0) + 4);

const linear = {
  hiddenLayers: 0,
  latents: 2,
  likelihood: { kind: 'gaussian', deviation: 1 },
  data: { kind: 'digits', binarize: 'none' },
};

async function trained(raw: object, images: ImageData, estimatorId = 'reparam', own: object = {}) {
  const points = new Map<string, number>();
  const estimator = findEstimator(estimatorId);
  const settings = parseSettings(estimator, own);
  await train(
    { problem: gaussianVae, config: config(raw), data: images, estimator, settings, seed: 1 },
    {
      ...hostOf({}),
      emit: (_step, values) => {
        for (const [name, value] of Object.entries(values)) points.set(name, value);
      },
      progress: () => undefined,
      checkpointDue: () => false,
      saveCheckpoint: () => Promise.resolve(),
      readEvery: 1,
    },
    undefined,
  );
  return points;
}

describe('a linear model', () => {
  it('of probabilistic PCA has the likelihood that its eigenvalues say', () => {
    const model = probabilisticPca(crossed, 2)!;
    expect(model.variance).toBeCloseTo(EIGENVALUES[2]!, 7);
    expect(meanLogLikelihood(model, crossed, 8)).toBeCloseTo(PCA_LIKELIHOOD, 5);
    // There is none without a direction that is left over, or of an image without variance.
    expect(probabilisticPca(crossed, 4)).toBeUndefined();
    expect(probabilisticPca({ count: 3, pixels: new Float32Array(12) }, 1)).toBeUndefined();
  });

  it('is what a linear VAE becomes, its ELBO being log p(x) then', async () => {
    const decay = { kind: 'exponential', from: 0.1, to: 0.001 };
    const points = await trained(
      { ...linear, steps: 500, batch: 32, learningRate: decay, evaluateEvery: 500, logEvery: 100 },
      data,
    );
    expect(points.get('testLogLikelihood')).toBeLessThanOrEqual(PCA_LIKELIHOOD + 1e-4);
    expect(points.get('testLogLikelihood')).toBeGreaterThan(PCA_LIKELIHOOD - 0.01);
    expect(points.get('testActiveUnits')).toBe(2);
    // Both bounds are tight; of 800 and of 3200 codes.
    expect(Math.abs(points.get('iwaeTest')! - PCA_LIKELIHOOD)).toBeLessThan(0.05);
    expect(Math.abs(points.get('trainingElbo')! - PCA_LIKELIHOOD)).toBeLessThan(0.1);
  });

  it('whose encoder is the exact posterior has weights that are all p(x)', () => {
    // x = W^T z + b + s e, by hand: M = W W^T + s^2 I, q = N(M^-1 W (x - b), s^2 M^-1).
    const W = [
      [0.5, -0.2, 0.1, 0],
      [0.3, 0.4, -0.6, 0.2],
    ];
    const s = 0.3;
    const setup = config({ ...linear, posterior: 'full', likelihood: { kind: 'gaussian', deviation: s } });
    const parameters = createParameters(setup, [0.1, 0.2, 0.3, 0.4], rootKey(1));
    const product = (i: number, j: number) => W[i]!.reduce((sum, w, p) => sum + w * W[j]![p]!, 0);
    const [a, b, d] = [product(0, 0) + s * s, product(0, 1), product(1, 1) + s * s];
    const determinant = a * d - b * b;
    const inverse = [
      [d / determinant, -b / determinant],
      [-b / determinant, a / determinant],
    ];
    const l00 = s * Math.sqrt(inverse[0]![0]!);
    const l10 = (s * s * inverse[1]![0]!) / l00;
    const l11 = Math.sqrt(s * s * inverse[1]![1]! - l10 * l10);
    const raw = (deviation: number) => Math.log(Math.expm1(deviation - 1e-6));
    const offset = [0.1, 0.2, 0.3, 0.4];
    const encoderWeights = offset.map((_, p) => [
      ...inverse.map((row) => row[0]! * W[0]![p]! + row[1]! * W[1]![p]!),
      ...[0, 0, 0, 0],
    ]);
    const shift = [0, 1].map(
      (i) => -offset.reduce((sum, value, p) => sum + value * encoderWeights[p]![i]!, 0),
    );
    tf.tidy(() => {
      parameters['decoderWeights1']!.assign(tf.tensor2d(W));
      parameters['encoderWeights1']!.assign(tf.tensor2d(encoderWeights));
      // What stands above the diagonal is of no consequence.
      parameters['encoderBiases1']!.assign(tf.tensor1d([...shift, raw(l00), 7, l10, raw(l11)]));
    });
    const networks = networksOf(setup, parameters);
    const x = [
      [0, 0.5, 1, 0.2],
      [0.9, 0.1, 0.3, 0.7],
    ];
    const logs = tf.tidy(() => [...logWeights(networks, tf.tensor2d(x), 3, rootKey(5)).dataSync()]);
    const model = {
      weights: W.map((row) => Float64Array.from(row)),
      offset: Float64Array.from(offset),
      variance: s * s,
    };
    const exact = x.map((row) => meanLogLikelihood(model, { pixels: Float32Array.from(row) }, 1));
    logs.forEach((log, i) => expect(log).toBeCloseTo(exact[i % 2]!, 4));
    tf.dispose(parameters);
  });

  it('has the log-likelihood of its covariance, by hand', () => {
    // One latent, two pixels: C = [[2, 2], [2, 5]], |C| = 6, C^-1 = [[5, -2], [-2, 2]] / 6.
    const model = { weights: [Float64Array.of(1, 2)], offset: Float64Array.of(0.5, 0), variance: 1 };
    const [dx, dy] = [0.25 - 0.5, 1];
    const distance = (5 * dx * dx - 4 * dx * dy + 2 * dy * dy) / 6;
    const expected = -0.5 * (2 * Math.log(2 * Math.PI) + Math.log(6) + distance);
    expect(meanLogLikelihood(model, { pixels: Float32Array.of(0.25, 1) }, 1)).toBeCloseTo(expected, 12);
  });
});

const posteriors = ['diagonal', 'full'] as const;
const likelihoods = [{ kind: 'bernoulli' }, { kind: 'gaussian', deviation: 0.4 }] as const;
const both = posteriors.flatMap((posterior) =>
  likelihoods.map((likelihood) => [posterior, likelihood] as const),
);

describe.each(both)('%s codes, %o', (posterior, likelihood) => {
  const setup = config({ posterior, likelihood, latents: 2, hiddenLayers: 1, hiddenUnits: 3 });
  const made = () => createParameters(setup, [0.1, -0.2, 0.3, 0.4], rootKey(3));
  const x = [
    [1, 0, 0, 1],
    [0, 1, 0, 0],
  ];

  it('has the ELBO of a plain computation at the drawn code', () => {
    const parameters = made();
    const networks = networksOf(setup, parameters);
    const key = rootKey(4);
    const { elbo, kl, mean, z } = tf.tidy(() => {
      const images = tf.tensor2d(x);
      const parts = hardParts(networks, images, key);
      const { choice } = networks.encode(images);
      const drawn = choice.distribution.sample(choice.parameters, fold(key, 'z'));
      return {
        elbo: parts.elbo.arraySync(),
        kl: parts.kl.arraySync(),
        mean: parts.mean.arraySync(),
        z: drawn.arraySync(),
      };
    });
    const plain = (name: string, input: readonly number[]) =>
      [1, 2].reduce<number[]>(
        (values, depth) => {
          const weights = parameters[`${name}Weights${depth}`]!.arraySync() as number[][];
          const biases = parameters[`${name}Biases${depth}`]!.arraySync() as number[];
          const sums = biases.map((bias, out) =>
            values.reduce((sum, value, i) => sum + value * weights[i]![out]!, bias),
          );
          return depth === 1 ? sums.map(Math.tanh) : sums;
        },
        [...input],
      );
    x.forEach((image, n) => {
      const [m0, m1, ...free] = plain('encoder', image) as [number, number, ...number[]];
      const softplus = (value: number) => Math.log1p(Math.exp(value)) + 1e-6;
      const [l00, l10, l11] =
        posterior === 'full'
          ? [softplus(free[0]!), free[2]!, softplus(free[3]!)]
          : [softplus(free[0]!), 0, softplus(free[1]!)];
      // Trace, length and determinant of the covariance L L^T.
      const divergence =
        0.5 * (l00 ** 2 + l10 ** 2 + l11 ** 2 + m0 ** 2 + m1 ** 2 - 2) - Math.log(l00) - Math.log(l11);
      const logLikelihood = plain('decoder', z[n]!).reduce((sum, out, p) => {
        const value = image[p]!;
        return (
          sum +
          (likelihood.kind === 'bernoulli'
            ? Math.log(1 / (1 + Math.exp(value === 1 ? -out : out)))
            : -0.5 * ((value - out) / 0.4) ** 2 - Math.log(0.4) - 0.5 * Math.log(2 * Math.PI))
        );
      }, 0);
      expect(mean[n]).toEqual([expect.closeTo(m0, 5), expect.closeTo(m1, 5)]);
      expect(kl[n]).toBeCloseTo(divergence, 4);
      expect(elbo[n]).toBeCloseTo(logLikelihood - divergence, 4);
    });
    tf.dispose(parameters);
  });

  it('has the closed KL as the mean of the sampled one', () => {
    const parameters = made();
    const networks = networksOf(setup, parameters);
    const { closed, sampled } = tf.tidy(() => {
      const { choice, kl } = networks.encode(tf.tile(tf.tensor2d([x[0]!]), [20_000, 1]));
      const z = choice.distribution.sample(choice.parameters, rootKey(6));
      const logs = tf.sub(choice.distribution.logProb(choice.parameters, z), logPrior(z));
      return { closed: kl().dataSync()[0]!, sampled: logs.dataSync() };
    });
    const mean = Array.from(sampled).reduce((sum, value) => sum + value, 0) / sampled.length;
    const spread = Math.sqrt(
      Array.from(sampled).reduce((sum, value) => sum + (value - mean) ** 2, 0) / sampled.length,
    );
    // Five standard errors: failure rate 6e-7 for a seed.
    expect(Math.abs(mean - closed)).toBeLessThan((5 * spread) / Math.sqrt(sampled.length));
    tf.dispose(parameters);
  });
});

it.each([
  ['closed', 'reparam', {}],
  ['sampled', 'reparam', {}],
  ['sampled', 'reinforce', { samples: 2, baseline: 'leave-one-out' }],
])('learns bars and stripes: %s KL, %s', async (kl, estimator, own) => {
  const bars = await imagesOf({ kind: 'bars-and-stripes', side: 3 });
  const raw = { kl, hiddenUnits: 16, batch: 32, steps: 200, learningRate: 0.03, evaluateEvery: 200 };
  const points = await trained(raw, bars, estimator, own);
  const { independent } = await gaussianVae.computeBaselines(config(raw), bars, hostOf({}));
  // Fourteen patterns: between nine coins, -6.24, and the entropy, -2.64.
  expect(independent).toBeCloseTo(-9 * Math.LN2, 6);
  expect(points.get('iwaeTest')).toBeGreaterThan(independent! + 0.8);
  // Five standard errors of 1400 codes, about.
  expect(points.get('iwaeTest')).toBeLessThan(-Math.log(14) + 0.2);
  expect(points.get('trainingElbo')).toBeGreaterThan(independent! + 0.4);
});

it('falls apart without either of its terms', async () => {
  const bars = await imagesOf({ kind: 'bars-and-stripes', side: 2 });
  const raw = { hiddenUnits: 8, batch: 24, steps: 200, learningRate: 0.03, evaluateEvery: 200 };
  const whole = await trained(raw, bars);
  const unread = await trained({ ...raw, reconstruction: 0 }, bars);
  const unbound = await trained({ ...raw, beta: 0 }, bars);
  expect([unread.get('testActiveUnits'), unread.get('testKl')]).toEqual([0, expect.closeTo(0, 2)]);
  expect(unbound.get('testKl')).toBeGreaterThan(whole.get('testKl')! + 3);
  expect(unbound.get('hardTestElbo')).toBeLessThan(whole.get('hardTestElbo')!);
});

describe('pictures', () => {
  it.each([1, 2, 5])('of %i latents are whole, and leave no tensors', async (latents) => {
    const shapes = await imagesOf({ kind: 'shapes', count: 40, side: 8 });
    const setup = config({ latents, hiddenUnits: 4, data: { kind: 'shapes' } });
    const before = tf.memory().numTensors;
    const instance = createVaeInstance(setup, shapes, rootKey(1));
    const picture = readPicture(await drawLatentSpace(setup, instance.parameters, shapes), 'latent-space');
    expect(picture.panels.map(({ kind }) => kind)).toEqual(['points', 'images', 'images', 'images']);
    const [points, grid] = picture.panels;
    const asks = points!.kind === 'points' ? points.asks : undefined;
    const question = latentQuestions.find(({ name }) => name === asks!.question);
    expect(question!.input.parse(inputAt(asks!, [0.5, -1]))).toMatchObject(
      latents === 1 ? { x: 0.5 } : { x: 0.5, y: -1 },
    );
    expect(points!.kind === 'points' && points.points.map((point) => point.class)).toEqual([
      ...shapes.validation.labels!,
    ]);
    expect(grid!.kind === 'images' && grid.images).toHaveLength(latents === 1 ? 12 : 144);
    instance.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
