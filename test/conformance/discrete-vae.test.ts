/**
 * A discrete VAE of 4 pixels whose codes can be enumerated: f, the gradients of all parameters, the ELBO, log p(x) and the IWAE bound
 * against plain doubles. Random comparisons: test/support/estimators/z-test.ts; here 50 estimates, and at most 500.
 */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it, test } from 'vitest';
import type { ImageData } from '../../src/engine/images/image-data.ts';
import { discreteVaeConfigSchema } from '../../src/engine/problems/discrete-vae/config.ts';
import { hardParts, logWeights } from '../../src/engine/problems/discrete-vae/evaluate.ts';
import { networksOf } from '../../src/engine/problems/discrete-vae/networks.ts';
import { createVaeInstance } from '../../src/engine/problems/discrete-vae/vae-model.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { comparisons, expectMeans } from '../support/estimators/z-test.ts';
import { PlainVae, type PlainShape } from '../support/images/plain-vae.ts';
import { estimated, readParameters, shake } from '../support/instance.ts';

const MOST_COMPARISONS = 500;
const images = [
  [1, 1, 0, 0],
  [0, 1, 0, 1],
  [0.25, 0, 1, 0.5],
];

function dataOf(rows: readonly (readonly number[])[], copies = 1): ImageData {
  const all = Array.from({ length: copies }, () => rows).flat();
  const split = { count: all.length, pixels: Float32Array.from(all.flat()), labels: null };
  return {
    ...{ train: split, validation: split, test: split },
    ...{ height: 2, width: 2, classes: 0, entropy: null, source: 'four pixels', binarize: 'none' },
  };
}

const cases: readonly [string, object][] = [
  ['bits', { latents: 3, network: 'linear' }],
  ['bits, sampled KL, learned prior', { latents: 3, network: 'linear', kl: 'sampled', prior: 'learned' }],
  [
    'bits, nonlinear, beta 0.5',
    { latents: 2, hiddenUnits: 3, activation: 'tanh', beta: 0.5, prior: 'learned' },
  ],
  ['categories', { latent: 'categorical', latents: 2, classes: 3, prior: 'learned', hiddenUnits: 3 }],
  [
    'categories, sampled KL',
    { latent: 'categorical', latents: 1, classes: 4, kl: 'sampled', network: 'linear' },
  ],
  ['one category', { latent: 'categorical', latents: 1, classes: 4, network: 'linear', prior: 'learned' }],
  ['two layers of bits', { layers: 2, latents: 2, network: 'linear', prior: 'learned' }],
  [
    'two layers of bits, sampled KL',
    { layers: 2, latents: 2, hiddenUnits: 3, kl: 'sampled', prior: 'learned' },
  ],
  [
    'two layers of categories',
    { layers: 2, latent: 'categorical', latents: 1, classes: 3, network: 'linear', beta: 2 },
  ],
];

const LEAK = 0.3;
const SHAKE = 0.6;
const step = { step: 0, key: rootKey(2), temperature: 0.7 };
const activations = {
  tanh: Math.tanh,
  'leaky-relu': (x: number) => Math.max(x, LEAK * x),
  relu: (x: number) => Math.max(x, 0),
};

function made(raw: object, data: ImageData) {
  const config = discreteVaeConfigSchema.parse({ iwae: { samples: 20 }, ...raw });
  const instance = createVaeInstance(config, data, rootKey(1));
  // Off their start, so that no two latents are alike and the posterior is far from the prior.
  shake(instance.parameters, SHAKE);
  const shape: PlainShape = {
    kind: config.latent,
    latents: config.latents,
    classes: config.latent === 'bernoulli' ? 2 : config.classes,
    layers: config.layers,
    hiddenLayers: config.network === 'linear' ? 0 : config.hiddenLayers,
    activation: activations[config.activation],
  };
  const plain = new PlainVae(shape, readParameters(instance.parameters));
  return { config, instance, plain, networks: networksOf(config, instance.parameters) };
}

describe.each(cases)('%s', (_, raw) => {
  it('exact: value and gradients of all parameters are those of the ELBO', () => {
    for (const x of images) {
      const { config, instance, plain } = made({ ...raw, batch: 2 }, dataOf([x]));
      const { gradients, believed } = estimated(instance, 'exact', step);
      expect(believed).toBeCloseTo(plain.elbo(x, config.beta), 4);
      for (const [name, slopes] of Object.entries(plain.slopes([x], config.beta))) {
        expect(gradients[name], name).toBeAllClose(slopes, { absolute: 2e-4, relative: 1e-3 });
      }
      instance.dispose();
    }
  });

  it('hard evaluation: ELBO <= IWAE <= log p(x), and log p(x) is that of the enumeration', async () => {
    const { instance, plain } = made(raw, dataOf(images, 200));
    const found = await instance.evaluate('test', 'full');
    const mean = (of: (x: readonly number[]) => number) =>
      images.reduce((sum, x) => sum + of(x), 0) / images.length;
    expect(found['testLogLikelihood']).toBeCloseTo(
      mean((x) => plain.logLikelihood(x)),
      4,
    );
    expect(found['hardTestElbo']).toBeCloseTo(
      mean((x) => plain.elbo(x)),
      0,
    );
    expect(found['testKl']).toBeCloseTo(
      mean((x) => plain.kl(x)),
      0,
    );
    expect(found['iwaeTest']).toBeGreaterThan(mean((x) => plain.iwaeOfTwo(x)));
    expect(found['iwaeTest']).toBeLessThan(found['testLogLikelihood']!);
    expect(mean((x) => plain.elbo(x))).toBeLessThan(mean((x) => plain.iwaeOfTwo(x)));
    instance.dispose();
  });

  it('hard evaluation: the terms at the drawn codes', () => {
    const { instance, plain, networks, config } = made(raw, dataOf(images));
    const { elbo, kl, codes } = tf.tidy(() => hardParts(networks, tf.tensor2d(images), rootKey(9)));
    const drawn = codes.map((code) => Array.from({ length: images.length }, (_, n) => rowOf(code, n)));
    for (const [n, x] of images.entries()) {
      const likelihood = plain.logDecoder(x, drawn[0]![n]!);
      expect(elbo.dataSync()[n]! + kl.dataSync()[n]!).toBeCloseTo(likelihood, 4);
    }
    if (config.layers === 1)
      expect(kl.dataSync()).toBeAllClose(
        images.map((x) => plain.kl(x)),
        { absolute: 1e-4, relative: 0 },
      );
    tf.dispose([elbo, kl, codes]);
    instance.dispose();
  });

  it('importance weights have the mean p(x)', () => {
    const { instance, plain, networks } = made(raw, dataOf(images));
    const draws = 8000;
    const x = images[0]!;
    const logs = tf.tidy(() => logWeights(networks, tf.tensor2d([x]), draws, rootKey(4)).dataSync());
    const truth = plain.logLikelihood(x);
    const weights = Array.from(logs, (log) => Math.exp(log - truth));
    expectMeans([momentsOf(weights)], [1], 1e-4);
    instance.dispose();
  });
});

function rowOf(code: tf.Tensor, n: number): number[] {
  const width = code.size / images.length;
  return Array.from(code.dataSync().slice(n * width, (n + 1) * width));
}

function momentsOf(samples: readonly number[]) {
  const mean = samples.reduce((sum, x) => sum + x, 0) / samples.length;
  const variance = samples.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (samples.length - 1);
  return { mean, variance, error: Math.sqrt(variance / samples.length), varianceError: Number.NaN };
}

/** Estimates of a mean, each over the rows of a minibatch of the same image: 5.6 of their standard errors are 9e-7 by Student's t. */
const ESTIMATES = 50;

describe.each<[string, string, object]>([
  ['bits, sampled KL, learned prior', 'reinforce', { samples: 2, baseline: 'leave-one-out' }],
  ['bits, sampled KL, learned prior', 'muprop', {}],
  ['bits, sampled KL, learned prior', 'rebar', {}],
  ['categories', 'disarm', {}],
  ['categories', 'rebar', {}],
  ['two layers of bits', 'reinforce', {}],
  ['two layers of bits, sampled KL', 'reinforce', {}],
  ['two layers of bits, sampled KL', 'rebar', {}],
])('%s, %s', (label, id, settings) => {
  test('the mean gradient for every parameter is that of the ELBO', () => {
    const x = images[1]!;
    const raw = cases.find(([of]) => of === label)![1];
    const { config, instance, plain } = made({ ...raw, batch: 80 }, dataOf([x]));
    const runs = Array.from(
      { length: ESTIMATES },
      (_, n) => estimated(instance, id, step, { settings, key: fold(rootKey(5), n) }).gradients,
    );
    for (const [name, slopes] of Object.entries(plain.slopes([x], config.beta))) {
      expectMeans(
        slopes.map((_, i) => momentsOf(runs.map((run) => run[name]![i]!))),
        slopes,
        3e-4,
      );
    }
    instance.dispose();
  });
});

afterAll(() => {
  expect(comparisons()).toBeLessThanOrEqual(MOST_COMPARISONS);
});
