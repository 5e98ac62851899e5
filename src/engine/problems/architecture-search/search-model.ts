/** An architecture search as an instance: a supernet, and one choice of operations per step. */
import * as tf from '@tensorflow/tfjs-core';
import type { CategoricalChoice } from '../../core/choice.ts';
import { stopGradient, withGradient } from '../../core/gradient-flow.ts';
import type { ProblemInstance } from '../../core/problem.ts';
import type { ImageData, ImageSplit } from '../../images/image-data.ts';
import { imageBatches } from '../../images/minibatch.ts';
import { fold, type Key } from '../../random/key.ts';
import type { Split } from '../../../shared/split.ts';
import { hardFigures, networkOf, trainCell, type Accuracies, type SearchData } from './train-cell.ts';
import { likeliestCell, numberOf, probabilitiesOf } from './cell.ts';
import { layoutOf, type Mix } from './cell-network.ts';
import type { ArchitectureSearchConfig } from './config.ts';
import { architectureMetrics, splitMetrics } from './metrics.ts';
import { createSupernet, logLikelihood, unrolled, type LabelledBatch } from './supernet.ts';

/** Images of a split that a quick evaluation looks at. */
const QUICK = 500;

export function createSearchInstance(
  config: ArchitectureSearchConfig,
  data: SearchData,
  init: Key,
): ProblemInstance<CategoricalChoice> {
  const { images } = data;
  const net = createSupernet(data, init);
  const { edges, operations } = net;
  const [latents, classes] = [edges.length, operations.length];
  const architecture = tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R2>([latents, classes])));
  const batches = {
    weights: imageBatches({ ...images, train: everyOther(images, 0) }),
    operations: imageBatches({ ...images, train: everyOther(images, 1) }),
  };
  const retrained = new Map<number, Accuracies>();
  const minibatch = (from: keyof typeof batches, key: Key): LabelledBatch => {
    const { x, labels } = batches[from].minibatch(fold(key, from), config.batch);
    return { x, targets: tf.oneHot(labels!, images.classes, 1, 0, 'float32') as tf.Tensor2D };
  };
  return {
    parameters: { architecture, ...net.parameters },
    kind: 'categorical',
    latents,
    classes,
    valueScale: 1,
    step({ key, temperature }) {
      const ofWeights = minibatch('weights', key);
      const ofOperations = minibatch('operations', key);
      return {
        temperature,
        choice: {
          kind: 'categorical',
          logits: tf.reshape<tf.Rank.R3>(tf.mul(architecture, config.architectureRate), [
            1,
            latents,
            classes,
          ]),
        },
        objective: {
          relaxable: true,
          evaluate(z) {
            // Of z alone: what the logits of the operations go by.
            const seen = config.unroll === 0 ? asItIs(z) : afterAStep(z);
            // Of the weights alone: worth 0, with the slope of the training minibatch.
            const trained = logLikelihood(net, net.weights, ofWeights, stopGradient(z));
            const slope = tf.sub(trained, stopGradient(trained));
            return tf.reshape<tf.Rank.R1>(tf.add(seen, slope), [1]);
          },
        },
      };

      function asItIs(z: tf.Tensor): tf.Scalar {
        const held = net.weights.map((weight) => stopGradient<tf.Tensor>(weight));
        return logLikelihood(net, held, ofOperations, z);
      }

      function afterAStep(z: tf.Tensor): tf.Scalar {
        const { value, gradient } = unrolled(net, ofWeights, ofOperations, stopGradient(z), config.unroll);
        return tf.add(
          value,
          withGradient(z, () => tf.clone(gradient)),
        );
      }
    },
    async evaluate(split: Split, mode: 'quick' | 'full', breathe = () => Promise.resolve()) {
      const logits = Array.from(await architecture.data(), (alpha) => alpha * config.architectureRate);
      const p = probabilitiesOf(logits, latents, classes);
      const cell = likeliestCell(logits, latents, classes);
      const mixOf = (share: (e: number, k: number) => number): Mix[] =>
        edges.map((_, e) => operations.map((operation, k) => ({ operation, weight: share(e, k) })));
      const count = mode === 'quick' ? Math.min(QUICK, images[split].count) : images[split].count;
      const weights = await hostWeights();
      const figures = (mixes: readonly Mix[]) => {
        const network = networkOf(data, mixes);
        return hardFigures(network, layoutOf(network), weights, images[split], count);
      };
      const relaxed = figures(mixOf((e, k) => p[e]![k]!));
      await breathe();
      const inherited = figures(mixOf((e, k) => Number(cell[e] === k)));
      await breathe();
      const found = { relaxed, inherited };
      if (split === 'train')
        return { ...splitMetrics(split, found, undefined), ...architectureMetrics(p, cell, operations) };
      const number = numberOf(cell, classes);
      const known = retrained.get(number) ?? trainCell(data, cell);
      retrained.set(number, known);
      return splitMetrics(split, found, known[split]);
    },
    dispose: () => tf.dispose([architecture, ...net.weights]),
  };

  /** In the order of the layout. */
  async function hostWeights(): Promise<Float64Array> {
    const parts = await Promise.all(net.weights.map((weight) => weight.data<'float32'>()));
    return Float64Array.from(parts.flatMap((part) => Array.from(part)));
  }
}

/**
 * Half of the training images, from the given one on; all of them where there are not two. What is searched and what is trained
 * see different images, and the validation images stay apart from both.
 */
function everyOther({ height, width, train }: ImageData, first: 0 | 1): ImageSplit {
  if (train.count < 2) return train;
  const size = height * width;
  const rows = Array.from({ length: train.count }, (_, row) => row).filter((row) => row % 2 === first);
  const pixels = new Float32Array(rows.length * size);
  rows.forEach((row, n) => pixels.set(train.pixels.subarray(row * size, (row + 1) * size), n * size));
  return { count: rows.length, pixels, labels: Uint8Array.from(rows, (row) => train.labels![row]!) };
}
