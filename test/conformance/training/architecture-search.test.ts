/** Architecture search: the supernet beside plain doubles, both orders of the slope, and who trains on which images. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { CategoricalChoice } from '../../../src/engine/core/choice.ts';
import type { ProblemInstance } from '../../../src/engine/core/problem.ts';
import type { ImageSplit } from '../../../src/engine/images/image-data.ts';
import { cellOf } from '../../../src/engine/problems/architecture-search/cell.ts';
import { layoutOf } from '../../../src/engine/problems/architecture-search/cell-network.ts';
import type { ArchitectureSearchConfig } from '../../../src/engine/problems/architecture-search/config.ts';
import {
  createSupernet,
  logLikelihood,
  unrolled,
} from '../../../src/engine/problems/architecture-search/supernet.ts';
import {
  hardFigures,
  networkOf,
  trainCell,
  type SearchData,
} from '../../../src/engine/problems/architecture-search/train-cell.ts';
import { findProblem, parseConfig } from '../../../src/engine/problems/registry.ts';
import { fillUniform } from '../../../src/engine/random/fill.ts';
import { fold, rootKey } from '../../../src/engine/random/key.ts';
import { readPicture } from '../../../src/shared/pictures/picture.ts';
import { record } from '../../support/recorded-training.ts';

const problem = findProblem('architecture-search');
const tidy = (raw: object) => parseConfig(problem, raw) as ArchitectureSearchConfig;

/** Two classes by the sign of a product of two pixels: no linear classifier tells them apart. */
function products(count: number, place: number): ImageSplit {
  const pixels = new Float32Array(count * 4);
  fillUniform(fold(rootKey(21), place), pixels);
  const labels = Uint8Array.from({ length: count }, (_, n) =>
    Number((pixels[4 * n]! - 0.5) * (pixels[4 * n + 1]! - 0.5) > 0),
  );
  return { count, pixels, labels };
}

const small = {
  features: 6,
  steps: 10,
  batch: 16,
  logEvery: 2,
  evaluateEvery: 5,
  retrain: { steps: 30, batch: 16 },
};

function dataOf({ nodes, operations, features, retrain }: ArchitectureSearchConfig): SearchData {
  return {
    images: {
      height: 2,
      width: 2,
      classes: 2,
      entropy: null,
      source: 'products',
      binarize: 'none',
      train: products(80, 0),
      validation: products(60, 1),
      test: products(60, 2),
    },
    settings: { nodes, operations, features, retrain },
  };
}

const batchOf = ({ pixels, labels, count }: ImageSplit) => ({
  x: tf.tensor2d(pixels, [count, 4]),
  targets: tf.oneHot(tf.tensor1d(labels!, 'int32'), 2, 1, 0, 'float32') as tf.Tensor2D,
});

describe('the supernet', () => {
  const data = dataOf(tidy(small));
  const shares = Float32Array.from({ length: 15 }, (_, i) => ((i * 7) % 15) / 30);

  it('has the log-likelihood of the plain network', () => {
    const net = createSupernet(data, rootKey(4));
    const z = tf.tensor3d(shares, [1, 3, 5]);
    const found = tf.tidy(() => logLikelihood(net, net.weights, batchOf(data.images.test), z)).dataSync()[0];
    const weights = Float64Array.from(net.weights.flatMap((weight) => Array.from(weight.dataSync())));
    const mixes = [0, 1, 2].map((e) =>
      data.settings.operations.map((operation, k) => ({ operation, weight: shares[5 * e + k]! })),
    );
    const network = networkOf(data, mixes);
    const plain = hardFigures(network, layoutOf(network), weights, data.images.test, 60);
    expect(found).toBeCloseTo(plain.logLikelihood, 5);
    tf.dispose([z, ...net.weights]);
  });

  it('second order: the slope for the operations is that of the validation log-likelihood after a step', () => {
    const net = createSupernet(data, rootKey(5));
    const xi = 0.8;
    tf.tidy(() => {
      const [train, validation] = [batchOf(data.images.train), batchOf(data.images.validation)];
      const { gradient, value } = unrolled(net, train, validation, tf.tensor3d(shares, [1, 3, 5]), xi);
      const after = (z: tf.Tensor) => {
        const step = tf.grads((...own: tf.Tensor[]) => logLikelihood(net, own, train, z))([...net.weights]);
        const moved = net.weights.map((weight, i) => tf.add(weight, tf.mul(step[i]!, xi)));
        return logLikelihood(net, moved, validation, z).dataSync()[0]!;
      };
      expect(value.dataSync()[0]).toBeCloseTo(after(tf.tensor3d(shares, [1, 3, 5])), 5);
      const direct = tf
        .grad((z) => logLikelihood(net, net.weights, validation, z))(tf.tensor3d(shares, [1, 3, 5]))
        .dataSync();
      const slopes = gradient.dataSync();
      let off = 0;
      for (let i = 0; i < 15; i++) {
        const moved = (change: number) =>
          after(
            tf.tensor3d(
              shares.map((s, j) => s + (i === j ? change : 0)),
              [1, 3, 5],
            ),
          );
        expect(slopes[i]).toBeCloseTo((moved(0.01) - moved(-0.01)) / 0.02, 2);
        off = Math.max(off, Math.abs(slopes[i]! - direct[i]!));
      }
      expect(off, 'and not that of the first order').toBeGreaterThan(0.03);
    });
    tf.dispose([...net.weights]);
  });
});

describe('one step', () => {
  it.each([0, 0.5])(
    'unroll %d: operations go by one half of the training images, weights by the other',
    (unroll) => {
      const config = tidy({ ...small, unroll });
      const slopesOf = (change: 0 | 1 | null) => {
        const data = dataOf(config);
        const { images } = data;
        const labels = images.train.labels!.map((label, row) => (row % 2 === change ? 1 - label : label));
        const changed: SearchData = { ...data, images: { ...images, train: { ...images.train, labels } } };
        const instance = problem.create(config, changed, rootKey(6)) as ProblemInstance<CategoricalChoice>;
        const { architecture, ...weights } = instance.parameters;
        const found = tf.tidy(() => {
          const { value, grads } = tf.variableGrads(() => {
            const { choice, objective } = instance.step({ step: 0, key: rootKey(7), temperature: 1 });
            return tf.sum<tf.Scalar>(objective.evaluate(tf.softmax(choice.logits)));
          });
          const of = (variable: tf.Variable) => Array.from(grads[variable.name]!.dataSync());
          return { value: value.dataSync()[0]!, z: of(architecture!), w: Object.values(weights).flatMap(of) };
        });
        instance.dispose();
        return found;
      };
      const [plain, ofWeights, ofOperations] = [slopesOf(null), slopesOf(0), slopesOf(1)];
      expect(ofOperations.w).toEqual(plain.w);
      expect(ofOperations.z).not.toEqual(plain.z);
      expect(ofWeights.w).not.toEqual(plain.w);
      // Through the step of the weights alone do their images reach the operations, and the value.
      expect(JSON.stringify(ofWeights.z) === JSON.stringify(plain.z)).toBe(unroll === 0);
      expect(ofWeights.value === plain.value).toBe(unroll === 0);
    },
  );
});

const modes: [string, object, string][] = [
  ['first order', {}, 'softmax'],
  ['second order', { unroll: 0.1 }, 'st-gumbel-softmax'],
  ['six edges, score function', { nodes: 3, operations: ['none', 'skip', 'relu'] }, 'reinforce'],
];

describe.each(modes)('%s', (_name, raw, estimator) => {
  it('the same seed gives the same bits, resumed or not, and no tensor stays', async () => {
    const config = tidy({ ...small, ...raw });
    const training = { problem, data: dataOf(config), config, estimator };
    const whole = await record(training);
    expect(whole.error).toBeUndefined();
    expect(new Set(whole.tensors.slice(2)).size).toBe(1);
    const cut = await record({ ...training, cancelAt: 4 });
    const resumed = await record({ ...training, resume: cut.checkpoints.at(-1) });
    expect(resumed.checkpoints.at(-1)!.tensors).toEqual(whole.checkpoints.at(-1)!.tensors);
    expect(whole.points.get('hardTestAccuracy')).toHaveLength(1);
  });
});

it('the hard accuracy is that of the found cell, trained from scratch', async () => {
  const config = tidy({ ...small, learningRate: 0.05 });
  const data = dataOf(config);
  const { points, checkpoints } = await record({ problem, data, config, estimator: 'softmax' });
  const last = (name: string) => points.get(name)!.at(-1)![1];
  const found = trainCell(data, cellOf(last('cellNumber'), 3, 5));
  expect(last('hardTestAccuracy')).toBe(found.test);
  expect(last('hardValidationAccuracy')).toBe(found.validation);
  expect(last('discretisationGap')).toBeCloseTo(last('relaxedTestAccuracy') - found.test, 12);
  const logits = checkpoints.at(-1)!.tensors.find(({ name }) => name === 'parameter/architecture')!;
  const trained = { config, parameters: [{ ...logits, name: 'architecture' }] };
  const picture = readPicture(await problem.pictures![0]!.draw(trained as never, {} as never), 'cell');
  expect(picture.panels[0]).toMatchObject({ kind: 'graph' });
  // A collapse is named.
  const skips = { ...logits, name: 'architecture', data: logits.data.map((_, i) => Number(i % 5 === 1)) };
  const collapsed = await problem.pictures![0]!.draw({ config, parameters: [skips] } as never, {} as never);
  expect(collapsed.note).toMatch(/Most edges skip: the collapse/);
});

it('the solver trains every cell and tells ranks; a cell with an activation beats the linear ones', async () => {
  const config = tidy({ ...small, nodes: 1, features: 8, retrain: { steps: 250, batch: 32, rate: 0.03 } });
  const data = dataOf(config);
  const host = { now: () => 0, breathe: () => Promise.resolve(), abandoned: () => false } as never;
  const [solver] = problem.solvers!;
  const settings = solver!.settings.parse({ cells: [1], randomCells: 5 });
  const { solution, picture, details } = await solver!.solve(data, settings, host, () => undefined);
  const ranked = details['cells'] as { number: number; test: number }[];
  expect(ranked.map(({ number }) => number).toSorted()).toEqual([0, 1, 2, 3, 4]);
  expect(ranked[0]!.number, 'relu, tanh or gate').toBeGreaterThan(1);
  expect(ranked[0]!.test).toBeGreaterThan(0.8);
  expect(ranked.find(({ number }) => number === 1)!.test).toBeLessThan(0.75);
  expect(solution.facts.find(({ label }) => label === 'Rank of cell 1')!.value).toBeGreaterThan(1);
  expect(solution.status).toBe('optimal');
  expect(readPicture(picture, 'cells').panels).toHaveLength(2);
  const many = dataOf(tidy({ ...small, nodes: 4 }));
  await expect(solver!.solve(many as never, settings, host, () => undefined)).rejects.toThrow(
    /at most 4096, found/,
  );
});
