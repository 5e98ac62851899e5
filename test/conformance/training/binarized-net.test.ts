/** Binarised networks: slopes, thresholds, parity, and predictions of the packed bits that are those of the evaluation. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Trained } from '../../../src/engine/core/capabilities.ts';
import type { StagedChoice } from '../../../src/engine/core/choice.ts';
import { tensorsOf } from '../../../src/shared/checkpoint.ts';
import type { ProblemInstance } from '../../../src/engine/core/problem.ts';
import { findEstimator, parseSettings } from '../../../src/engine/estimators/registry.ts';
import type { ImageData, ImageSplit } from '../../../src/engine/images/image-data.ts';
import type { BinarizedNetConfig } from '../../../src/engine/problems/binarized-net/config.ts';
import { classify } from '../../../src/engine/problems/binarized-net/hard-network.ts';
import { binarized, signOf } from '../../../src/engine/problems/binarized-net/layers.ts';
import { packedPrediction, packNetwork } from '../../../src/engine/problems/binarized-net/packed.ts';
import { keptNetwork } from '../../../src/engine/problems/binarized-net/pictures.ts';
import { findProblem, parseConfig } from '../../../src/engine/problems/registry.ts';
import { fillUniform } from '../../../src/engine/random/fill.ts';
import { fold, rootKey } from '../../../src/engine/random/key.ts';
import { readPicture } from '../../../src/shared/pictures/picture.ts';
import { record } from '../../support/recorded-training.ts';

const problem = findProblem('binarized-net');
const tidy = (raw: object) => parseConfig(problem, raw) as BinarizedNetConfig;

function imagesOf(
  width: number,
  classes: number,
  splits: Record<'train' | 'validation' | 'test', ImageSplit>,
): ImageData {
  return {
    height: 1,
    width,
    classes,
    entropy: null,
    source: 'images of a test',
    binarize: 'none',
    ...splits,
  };
}

/** All images of three pixels, black and white; the label is the parity of the white ones. */
const parity: ImageSplit = {
  count: 8,
  pixels: Float32Array.from({ length: 24 }, (_, i) => (Math.floor(i / 3) >> (i % 3)) & 1),
  labels: Uint8Array.of(0, 1, 1, 0, 1, 0, 0, 1),
};
const parities = imagesOf(3, 2, { train: parity, validation: parity, test: parity });

/** Grey images around a mean for each class. */
function greys(count: number, place: number): ImageSplit {
  const pixels = new Float32Array(count * 12);
  fillUniform(fold(rootKey(11), place), pixels);
  const labels = Uint8Array.from({ length: count }, (_, n) => n % 3);
  pixels.forEach(
    (grey, i) => (pixels[i] = 0.6 * grey + (i % 3 === labels[Math.floor(i / 12)] ? 0.35 : 0.05)),
  );
  return { count, pixels, labels };
}
const grey = imagesOf(12, 3, { train: greys(60, 0), validation: greys(30, 1), test: greys(40, 2) });

const small = { steps: 12, batch: 16, hiddenLayers: 2, hiddenUnits: 8, logEvery: 2, evaluateEvery: 6 };

describe('signs and their slopes', () => {
  const at = [-2, -1, -0.25, 0, 0.5, 1, 1.5];
  it('sign(0) is +1', () => {
    expect(Array.from(tf.tidy(() => signOf(tf.tensor1d(at))).dataSync())).toEqual([-1, -1, -1, 1, 1, 1, 1]);
  });

  it.each([
    ['identity', [1, 1, 1, 1, 1, 1, 1]],
    ['clipped', [0, 1, 1, 1, 1, 1, 0]],
    ['polynomial', [0, 0, 1.5, 2, 1, 0, 0]],
  ] as const)('%s', (through, slopes) => {
    const found = tf.tidy(() => {
      const weights = tf.tensor1d([1, 2, 3, 4, 5, 6, 7]);
      const grad = tf.grad((x) => tf.sum(tf.mul(binarized(x, through), weights)));
      return grad(tf.tensor1d(at)).dataSync();
    });
    expect(Array.from(found)).toEqual(slopes.map((slope, i) => slope * (i + 1)));
  });
});

describe('configs that do not fit', () => {
  it.each([
    [{ stochastic: 'weights', normalisation: 'batch' }, /normalisation: expected scale/],
    [{ stochastic: 'weights', normalisation: 'scale', weights: 'float' }, /weights: expected sign/],
    [
      { stochastic: 'activations', normalisation: 'scale', activations: 'float' },
      /activations: expected sign/,
    ],
  ])('%j', (raw, message) => {
    expect(() => tidy(raw)).toThrow(message);
  });

  it('images without labels', async () => {
    const config = tidy({ data: { kind: 'bars-and-stripes' } });
    const host = { breathe: () => Promise.resolve() };
    await expect(problem.load(config, host as never)).rejects.toThrow(/expected labels of several classes/);
  });
});

it('parity of three bits is learned to the last image', async () => {
  const { points } = await record({
    problem,
    data: parities,
    estimator: 'gradient',
    config: tidy({
      steps: 80,
      batch: 32,
      hiddenLayers: 1,
      hiddenUnits: 24,
      learningRate: 0.02,
      evaluateEvery: 80,
    }),
  });
  expect(points.get('hardTestAccuracy')!.at(-1)![1]).toBe(1);
});

const modes: [string, object, string][] = [
  ['signs', {}, 'gradient'],
  ['numbers', { weights: 'float', activations: 'float' }, 'gradient'],
  [
    'signs without batch normalisation',
    { normalisation: 'scale', straightThrough: 'polynomial' },
    'gradient',
  ],
  ['units drawn in stages', { stochastic: 'activations', normalisation: 'scale' }, 'reinforce'],
  [
    'one layer drawn',
    { stochastic: 'activations', normalisation: 'scale', hiddenLayers: 1 },
    'st-gumbel-softmax',
  ],
  ['weights drawn', { stochastic: 'weights', normalisation: 'scale', draws: 2 }, 'gumbel-softmax'],
];

describe.each(modes)('%s', (_name, raw, estimator) => {
  const config = tidy({ ...small, ...raw });
  const training = { problem, data: grey, config, estimator };

  it('the same seed gives the same bits, resumed or not, and no tensor stays', async () => {
    const whole = await record(training);
    expect(whole.error).toBeUndefined();
    // One breath per step; the last evaluation, which has tensors of its own, breathes too.
    expect(new Set(whole.tensors.slice(2, small.steps)).size).toBe(1);
    const cut = await record({ ...training, cancelAt: 5 });
    const resumed = await record({ ...training, resume: cut.checkpoints.at(-1) });
    expect(resumed.checkpoints.at(-1)!.tensors).toEqual(whole.checkpoints.at(-1)!.tensors);
  });

  it('the evaluation is that of signs and thresholds, in doubles', async () => {
    const instance = problem.create(config, grey, rootKey(3)) as ProblemInstance;
    const found = await instance.evaluate('test', 'full');
    const number = async (name: string) =>
      Array.from(await { ...instance.parameters, ...instance.state }[name]!.data());
    const depth = config.hiddenLayers + 1;
    const layers = await Promise.all(
      Array.from({ length: depth }, async (_, i) => ({
        weights: await number(`layer${i + 1}Weights`),
        scale: await number(`layer${i + 1}Scale`),
        shift: await number(`layer${i + 1}Shift`),
        running: config.normalisation === 'batch' ? await number(`layer${i + 1}Running`) : [],
      })),
    );
    instance.dispose();
    let [right, total] = [0, 0];
    for (let n = 0; n < grey.test.count; n++) {
      let input = Array.from(
        grey.test.pixels.subarray(n * 12, n * 12 + 12),
        (g) => 2 * Math.round(255 * g) - 255,
      );
      layers.forEach(({ weights, scale, shift, running }, l) => {
        const out = scale.length;
        const y = scale.map((gamma, k) => {
          const integers = input.reduce((all, value, i) => {
            const w = weights[i * out + k]!;
            return all + value * (config.weights === 'float' ? w : w >= 0 ? 1 : -1);
          }, 0);
          // Whole numbers until here, so that a sum of 0 is one.
          const sum = l === 0 ? integers / 255 : integers;
          const scaled = config.weights === 'float' ? sum : sum / Math.sqrt(input.length);
          const standard =
            running.length === 0 ? scaled : (scaled - running[k]!) / Math.sqrt(running[out + k]! + 1e-5);
          return gamma * standard + shift[k]!;
        });
        const isLast = l + 1 === depth;
        input = isLast
          ? y
          : y.map((one) => (config.activations === 'float' ? Math.max(0, one) : one >= 0 ? 1 : -1));
      });
      const best = input.indexOf(Math.max(...input));
      right += Number(best === grey.test.labels![n]);
      total += input[grey.test.labels![n]!]! - Math.log(input.reduce((sum, one) => sum + Math.exp(one), 0));
    }
    expect(found['hardTestAccuracy']).toBe(right / grey.test.count);
    expect(found['hardTestLogLikelihood']).toBeCloseTo(total / grey.test.count, 5);
  });
});

it('the packed bits have the predictions of the evaluation, image by image, and its accuracy', async () => {
  const config = tidy({ ...small, steps: 40, hiddenUnits: 40, evaluateEvery: 40 });
  const { checkpoints, points } = await record({ problem, data: grey, config, estimator: 'gradient' });
  const { tensors } = checkpoints.at(-1)!;
  const trained = {
    config,
    step: 40,
    parameters: tensorsOf('parameter', tensors),
    outcome: tensorsOf('outcome', tensors),
    data: () => Promise.resolve(grey),
    instance: () => Promise.resolve({ parameters: {} }),
  } as Trained<BinarizedNetConfig, ImageData>;
  const packed = packNetwork(keptNetwork(trained));
  for (const split of ['train', 'validation', 'test'] as const) {
    const { count, pixels, labels } = grey[split];
    const said = Array.from({ length: count }, (_, n) =>
      packedPrediction(packed, pixels.subarray(n * 12, (n + 1) * 12)),
    );
    const accuracy = said.filter((label, n) => label === labels![n]).length / count;
    const name = `hard${split.charAt(0).toUpperCase()}${split.slice(1)}Accuracy`;
    expect(accuracy).toBe(points.get(name)!.at(-1)![1]);
    expect(accuracy, 'better than chance').toBeGreaterThan(0.4);
    expect(said).toEqual(Array.from((await classify(keptNetwork(trained), grey[split], count)).predictions));
  }
  const host = { sha256: () => '0'.repeat(64), breathe: () => Promise.resolve() } as never;
  for (const picture of problem.pictures!) {
    const drawn = readPicture(await picture.draw(trained, host), picture.name);
    expect(drawn.panels.length).toBeGreaterThan(1);
  }
  const file = await problem.exports![0]!.write(trained, host);
  expect(file).toBeInstanceOf(Uint8Array);
});

it('drawn units: the value is the expectation over all of them, layer after layer', () => {
  const config = tidy({
    ...small,
    hiddenUnits: 2,
    batch: 2,
    weights: 'float',
    stochastic: 'activations',
    normalisation: 'scale',
  });
  const instance = problem.create(config, grey, rootKey(5)) as ProblemInstance<StagedChoice>;
  const input = { step: 0, key: rootKey(6), temperature: 1 };
  const exact = findEstimator('exact');
  const { value, expected } = tf.tidy(() => {
    const made = instance.step(input);
    const settings = parseSettings(exact, {});
    const state = { parameters: {}, buffers: {} };
    const estimate = exact.estimate({ ...made, key: rootKey(1), settings, state });
    // Both rows by hand: p(a) p(b | a) of the four values of each layer.
    const bits = [0, 1, 2, 3].map((code) => [code >> 1, code & 1]);
    const probability = (logits: tf.Tensor, z: readonly number[]) => {
      const p = tf.sigmoid(logits).arraySync() as number[][];
      return p.map((row) => row.reduce((all, one, d) => all * (z[d] === 1 ? one : 1 - one), 1));
    };
    let sum = 0;
    for (const a of bits) {
      const first = tf.tensor2d([a, a]);
      const pa = probability(made.choice.next([]), a);
      for (const b of bits) {
        const second = tf.tensor2d([b, b]);
        const pb = probability(made.choice.next([first]), b);
        const f = made.objective.evaluate([first, second]).dataSync();
        sum += (pa[0]! * pb[0]! * f[0]! + pa[1]! * pb[1]! * f[1]!) / 2;
      }
    }
    return { value: estimate.value.dataSync()[0]!, expected: sum };
  });
  instance.dispose();
  expect(value).toBeCloseTo(expected, 5);
});

it('latent weights stay in [-1, 1], and flips are counted', async () => {
  const config = tidy({ ...small, learningRate: 0.3, evaluateEvery: 12 });
  const { checkpoints, points } = await record({ problem, data: grey, config, estimator: 'gradient' });
  const weights = checkpoints.at(-1)!.tensors.filter(({ name }) => /^parameter\/layer\dWeights$/.test(name));
  expect(weights).toHaveLength(3);
  const largest = Math.max(...weights.flatMap(({ data }) => Array.from(data, Math.abs)));
  expect(largest).toBe(1);
  const flips = points.get('signFlips')!.at(-1)![1];
  // Steps of 0.3 against weights of 0.5 or so: many flip, and not all.
  expect(flips).toBeGreaterThan(0.02);
  expect(flips).toBeLessThan(0.7);
});
