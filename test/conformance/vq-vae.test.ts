/** A VQ-VAE of 4 pixels: f, gradients, hard evaluation and prior against plain doubles, and what a step and `advance` do to its codes. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { ImageData } from '../../src/engine/images/image-data.ts';
import { imageBatches } from '../../src/engine/images/minibatch.ts';
import type { StepInput } from '../../src/engine/core/problem.ts';
import { vqVaeConfigSchema } from '../../src/engine/problems/vq-vae/config.ts';
import { priorOf } from '../../src/engine/problems/vq-vae/code-prior.ts';
import { createVqVaeInstance } from '../../src/engine/problems/vq-vae/vq-model.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { PlainVqVae } from '../support/images/plain-vq-vae.ts';
import { estimated, readParameters, shake } from '../support/instance.ts';

const images = [
  [1, 1, 0, 0],
  [0, 1, 0, 1],
  [0.25, 0, 1, 0.5],
  [0, 0, 0, 1],
  [1, 0, 1, 0],
];

function dataOf(rows: readonly (readonly number[])[]): ImageData {
  const split = { count: rows.length, pixels: Float32Array.from(rows.flat()), labels: null };
  return {
    ...{ train: split, validation: split, test: split },
    ...{ height: 2, width: 2, classes: 0, entropy: null, source: 'four pixels', binarize: 'none' },
  };
}

const small = {
  ...{ positions: 2, codes: 3, codeSize: 2, hiddenUnits: 4, activation: 'tanh', batch: 4 },
  prior: { codeSize: 2, hiddenUnits: 3 },
  restart: null,
};

const SHAKE = 0.7;

function made(raw: object, rows = images) {
  const config = vqVaeConfigSchema.parse({ ...small, ...raw });
  const data = dataOf(rows);
  const instance = createVqVaeInstance(config, data, rootKey(1));
  // Off their start, so that the prior is not uniform and no two codes are alike.
  shake(instance.parameters, SHAKE);
  const plain = () => new PlainVqVae(config, readParameters(instance.parameters));
  /** The images of a minibatch. */
  const seen = ({ key }: StepInput) =>
    tf.tidy(() => imageBatches(data).minibatch(key, config.batch).x.arraySync());
  return { config, data, instance, plain, seen };
}

const inputOf = (step: number): StepInput => ({ step, key: fold(rootKey(2), step), temperature: 0.7 });

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of the prior's own parameters. */
const ofPrior = (name: string) => name.startsWith('prior');

describe('nearest codes', () => {
  it.each([
    ['loss', 1.25],
    ['ema', 0.25],
  ] as const)('%s: f is the likelihood less %d times the squared distance', (codebook, weight) => {
    const { instance, plain, seen } = made({ quantiser: { kind: 'nearest', codebook } });
    const model = plain();
    const each = seen(inputOf(0)).map(
      (x) => model.logLikelihood(x, model.nearest(x)) - weight * model.distance(x),
    );
    expect(estimated(instance, 'gradient', inputOf(0)).believed).toBeCloseTo(mean(each), 4);
    instance.dispose();
  });

  it('the decoder learns from its likelihood, the prior from that of the codes, each parameter as it should', () => {
    const { instance, plain, seen } = made({ quantiser: { kind: 'nearest', codebook: 'loss' } });
    const model = plain();
    const rows = seen(inputOf(0));
    const codes = new Map<readonly number[], number[]>(rows.map((x) => [x, model.nearest(x)]));
    const slopes = model.slopes(rows, (moved, x) => {
      const own = codes.get(x)!;
      return moved.logLikelihood(x, own) + moved.logPrior(own);
    });
    const { gradients } = estimated(instance, 'gradient', inputOf(0));
    for (const name of Object.keys(slopes).filter((own) => ofPrior(own) || own.startsWith('decoder'))) {
      expect(gradients[name], name).toBeAllClose(slopes[name]!, { absolute: 2e-3 });
    }
    // Neither the likelihood nor the prior moves a code.
    const drawn = model.slopes(rows, (moved, x) => {
      const vectors = model.vectors(x);
      return -codes
        .get(x)!
        .reduce(
          (sum, k, m) => sum + moved.code(k).reduce((own, e, i) => own + (e - vectors[m]![i]!) ** 2, 0),
          0,
        );
    });
    expect(gradients['codebook']).toBeAllClose(drawn['codebook']!, { absolute: 2e-3 });
    instance.dispose();
  });

  it('codes that are moving averages have no gradient, and move in `advance` alone', () => {
    const { instance } = made({ quantiser: { kind: 'nearest', codebook: 'ema', decay: 0.5 } });
    const codebook = () => Array.from(instance.parameters['codebook']!.dataSync());
    const before = codebook();
    expect(estimated(instance, 'gradient', inputOf(0)).gradients['codebook']).toBeNull();
    expect(codebook()).toEqual(before);
    instance.advance!(inputOf(0));
    expect(codebook()).not.toEqual(before);
    instance.dispose();
  });

  it('codes and vectors stay in step while averages move: each step reads the codebook that the one before left', async () => {
    const { instance, plain, seen, config } = made({ quantiser: { kind: 'nearest', decay: 0.3 } });
    for (let step = 0; step < 4; step++) {
      const model = plain();
      const each = seen(inputOf(step)).map(
        (x) => model.logLikelihood(x, model.nearest(x)) - 0.25 * model.distance(x),
      );
      expect(estimated(instance, 'gradient', inputOf(step)).believed).toBeCloseTo(mean(each), 4);
      instance.advance!(inputOf(step));
      // The evaluation finds and reads codes in the codebook as it is now.
      const now = plain();
      const { validationReconstruction } = await instance.evaluate('validation', 'full');
      expect(validationReconstruction).toBeCloseTo(
        -mean(images.map((x) => now.logLikelihood(x, now.nearest(x)))),
        4,
      );
    }
    expect(config.quantiser).toMatchObject({ codebook: 'ema' });
    instance.dispose();
  });

  it('a step alone leaves codes and state as they are, and forgets the step before', () => {
    const { instance } = made({ quantiser: { kind: 'nearest' }, restart: { every: 1, below: 1 } });
    const all = () =>
      Object.values({ ...instance.parameters, ...instance.state }).map((one) => [...one.dataSync()]);
    const before = all();
    tf.tidy(() => void instance.step(inputOf(0)));
    const held = tf.memory().numTensors;
    tf.tidy(() => void instance.step(inputOf(1)));
    expect(tf.memory().numTensors).toBe(held);
    expect(all()).toEqual(before);
    instance.dispose();
  });
});

describe('the stochastic quantiser', () => {
  const raw = { quantiser: { kind: 'stochastic', sharpness: 0.6, klWeight: 0.3 } };

  it('has the gradients of E f over every code map, all parameters included', () => {
    const { instance, plain, seen } = made(raw);
    const model = plain();
    const rows = seen(inputOf(0));
    const { gradients, believed } = estimated(instance, 'exact', inputOf(0));
    expect(believed).toBeCloseTo(mean(rows.map((x) => model.stochasticValue(x, 0.3))), 4);
    const slopes = model.slopes(rows, (moved, x) => moved.stochasticValue(x, 0.3));
    const codes = new Map<readonly number[], number[]>(rows.map((x) => [x, model.nearest(x)]));
    const ofCodes = model.slopes(rows, (moved, x) => moved.logPrior(codes.get(x)!));
    for (const name of Object.keys(slopes)) {
      const expected = ofPrior(name) ? ofCodes : slopes;
      expect(gradients[name], name).toBeAllClose(expected[name]!, { absolute: 3e-3 });
    }
    expect(Object.keys(gradients)).toContain('logSharpness');
    instance.dispose();
  });

  it('keeps its sharpness where that is not learned', () => {
    const { instance } = made({ quantiser: { kind: 'stochastic', learnSharpness: false } });
    expect(estimated(instance, 'exact', inputOf(0)).gradients['logSharpness']).toBeNull();
    instance.dispose();
  });

  it('starts from the same weights as nearest codes, so that the two can be paired', () => {
    const start = (quantiser: object) => {
      const config = vqVaeConfigSchema.parse({ ...small, quantiser });
      const instance = createVqVaeInstance(config, dataOf(images), rootKey(4));
      const values = readParameters(instance.parameters);
      instance.dispose();
      return values;
    };
    const { logSharpness, ...others } = start({ kind: 'stochastic', sharpness: 2 });
    expect(logSharpness![0]).toBeCloseTo(Math.LN2, 6);
    expect(others).toEqual(start({ kind: 'nearest' }));
  });
});

describe('the prior of the codes', () => {
  it('is a law over all code maps, each code given those before it alone', () => {
    const { config, instance, plain } = made({ positions: 3, quantiser: { kind: 'nearest' } });
    const model = plain();
    const maps = model.maps();
    const found = tf.tidy(() => {
      const all = tf.tensor2d(maps, [maps.length, 3], 'int32');
      return Array.from(priorOf(config, instance.parameters).logProbability(all).dataSync());
    });
    expect(found).toBeAllClose(
      maps.map((map) => model.logPrior(map)),
      { absolute: 1e-4 },
    );
    expect(found.reduce((sum, logP) => sum + Math.exp(logP), 0)).toBeCloseTo(1, 5);
    expect(new Set(found.map((logP) => logP.toFixed(3))).size).toBeGreaterThan(20);
    instance.dispose();
  });

  it('costs M log2 K bits an image before it has learned anything', async () => {
    const config = vqVaeConfigSchema.parse({ ...small, codes: 8 });
    const instance = createVqVaeInstance(config, dataOf(images), rootKey(1));
    const { testRate } = await instance.evaluate('test', 'full');
    expect(testRate! * 4).toBeCloseTo(2 * 3, 5);
    instance.dispose();
  });
});

describe('the hard evaluation', () => {
  it.each([
    ['loss', { quantiser: { kind: 'nearest', codebook: 'loss' } }],
    ['moving averages', { quantiser: { kind: 'nearest' } }],
    ['stochastic', { quantiser: { kind: 'stochastic', klWeight: 0.3 } }],
  ])('%s: is that of plain doubles, with nearest codes', async (_name, raw) => {
    const { instance, plain, config } = made(raw);
    const model = plain();
    const codes = images.map((x) => model.nearest(x));
    const counts = [0, 1, 2].map((k) => codes.flat().filter((code) => code === k).length);
    const shares = counts.map((count) => count / codes.flat().length);
    const likelihood = mean(images.map((x, n) => model.logLikelihood(x, codes[n]!)));
    const logPrior = mean(codes.map((own) => model.logPrior(own)));
    const squaredError = mean(
      images.flatMap((x, n) =>
        model.decoded(codes[n]!).map((logit, i) => (x[i]! - 1 / (1 + Math.exp(-logit))) ** 2),
      ),
    );
    const found = await instance.evaluate('test', 'full');
    const used = counts.filter((count) => count > 0).length;
    expect(Object.values(found)).toBeAllClose(
      [
        likelihood + logPrior,
        -likelihood,
        squaredError,
        -logPrior / Math.LN2 / 4,
        Math.exp(-shares.reduce((sum, p) => (p > 0 ? sum + p * Math.log(p) : sum), 0)),
        used,
        3 - used,
        mean(images.flatMap((x) => model.vectors(x).map((vector) => Math.hypot(...vector)))),
      ],
      { absolute: 1e-4 },
    );
    expect(Object.keys(found)).toEqual([
      'hardTestElbo',
      'testReconstruction',
      'testSquaredError',
      'testRate',
      'testPerplexity',
      'testUsedCodes',
      'testDeadCodes',
      'testEncoderNorm',
    ]);
    const { quantiser } = config;
    const penalty = images.map((x, n) => {
      if (quantiser.kind === 'nearest')
        return (quantiser.codebook === 'loss' ? 1.25 : 0.25) * model.distance(x);
      // What E f lacks of the expected likelihood is the weighted KL.
      const free = model.stochasticValue(x, 0);
      expect(n).toBeLessThan(images.length);
      return free - model.stochasticValue(x, 0.3);
    });
    const train = await instance.evaluate('train', 'full');
    expect(train['hardTrainObjective']).toBeCloseTo(likelihood - mean(penalty), 4);
    expect(train['hardTrainElbo']).toBeCloseTo(likelihood + logPrior, 4);
    instance.dispose();
  });

  it('says the same whatever the minibatch, of more images than a chunk holds', async () => {
    // 260 images and then the same again: all means and the perplexity are those of the first half.
    const rows = Array.from({ length: 260 }, (_, n) => [n % 2, (n >> 1) % 2, (n >> 2) % 2, (n % 7) / 7]);
    const evaluated = async (batch: number, all: typeof rows) => {
      const { instance } = made({ batch }, all);
      const found = await instance.evaluate('validation', 'full');
      instance.dispose();
      return Object.values(found);
    };
    const once = await evaluated(1, rows);
    expect(await evaluated(64, rows)).toEqual(once);
  });

  it('a Gaussian likelihood has the density of its squared error', async () => {
    const { instance } = made({ likelihood: 'gaussian', deviation: 0.3 });
    const { testReconstruction, testSquaredError } = await instance.evaluate('test', 'full');
    expect(testReconstruction).toBeCloseTo(
      4 * (testSquaredError! / (2 * 0.09) + Math.log(0.3 * Math.sqrt(2 * Math.PI))),
      3,
    );
    instance.dispose();
  });

  it('images of one pixel, two codes and one position will do', async () => {
    const config = vqVaeConfigSchema.parse({ ...small, codes: 2, positions: 1, codeSize: 1 });
    const data = { ...dataOf([[0], [1], [1]]), height: 1, width: 1 };
    const instance = createVqVaeInstance(config, data, rootKey(1));
    const { testPerplexity } = await instance.evaluate('test', 'full');
    expect(testPerplexity).toBeGreaterThanOrEqual(1);
    expect(testPerplexity).toBeLessThanOrEqual(2);
    instance.dispose();
  });
});
