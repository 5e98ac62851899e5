/** Classifier, generator and discriminator of a confident classifier. */
import * as tf from '@tensorflow/tfjs-core';
import { stopGradient } from '../../core/gradient-flow.ts';
import { imagePixels } from '../../images/config.ts';
import { createDense, forward, namedLayers, type DenseLayer } from '../../networks/dense.ts';
import { denseSizes, trainingBytes } from '../../networks/memory.ts';
import { fold, type Key } from '../../random/key.ts';
import type { ConfidentConfig } from './config.ts';
import type { ConfidentData } from './confident-data.ts';
import type { Ground } from './ground.ts';

/** Added to the variances, so that their roots have a slope. */
const LEAST_VARIANCE = 1e-6;

export type Parameters = Readonly<Record<string, tf.Variable>>;

type Tensors = Readonly<Record<string, tf.Tensor>>;

interface Sizes {
  readonly classifier: readonly number[];
  readonly generator?: readonly number[];
  readonly discriminator?: readonly number[];
}

/** Of each network, from its inputs to its outputs. @param row numbers of a row */
function layerSizes(
  { hiddenLayers, hiddenUnits, outliers }: ConfidentConfig,
  row: number,
  classes: number,
): Sizes {
  const hidden = (count: number, units: number) => new Array<number>(count).fill(units);
  const classifier = [row, ...hidden(hiddenLayers, hiddenUnits), classes];
  if (outliers.kind !== 'gan') return { classifier };
  const inner = hidden(outliers.hiddenLayers, outliers.hiddenUnits);
  return { classifier, generator: [outliers.latents, ...inner, row], discriminator: [2 * row, ...inner, 1] };
}

/** Named `classifierWeights1`, `classifierBiases1`, ..., `generatorWeights1`, ... */
export function createParameters(config: ConfidentConfig, { inside }: ConfidentData, init: Key): Parameters {
  const sizes = layerSizes(config, inside.height * inside.width, inside.classes);
  return Object.assign(
    {},
    ...Object.entries(sizes).map(([name, layers]: [string, readonly number[]]) =>
      namedLayers(name, createDense(layers, fold(init, name))),
    ),
  ) as Parameters;
}

type Layers = readonly Pick<DenseLayer, 'weights' | 'biases'>[];

function layersNamed(name: string, parameters: Tensors): Layers {
  const layers: Layers[number][] = [];
  for (let depth = 1; parameters[`${name}Weights${depth}`] !== undefined; depth++) {
    layers.push({
      weights: parameters[`${name}Weights${depth}`] as DenseLayer['weights'],
      biases: parameters[`${name}Biases${depth}`] as DenseLayer['biases'],
    });
  }
  return layers;
}

export interface Networks {
  /** Rows [B, P] -> logits [B, K]. */
  classify(rows: tf.Tensor2D): tf.Tensor2D;
  /** Noise [B, Z] -> rows [B, P] of the whole box. */
  generate(noise: tf.Tensor2D): tf.Tensor2D;
  /**
   * Rows [B, P] -> logits [B] of being data. Beside a row the discriminator sees the standard deviation of every number over the
   * minibatch, so that a generator of always the same is found out (Karras, Aila, Laine, Lehtinen, "Progressive Growing of GANs
   * for Improved Quality, Stability, and Variation", ICLR 2018, section 3, there before the last layers).
   */
  judge(rows: tf.Tensor2D): tf.Tensor1D;
}

export function networksOf(
  { activation }: ConfidentConfig,
  { low, high }: Ground,
  parameters: Tensors,
): Networks {
  const [classifier, generator, discriminator] = ['classifier', 'generator', 'discriminator'].map((name) =>
    layersNamed(name, parameters),
  ) as [Layers, Layers, Layers];
  return {
    classify: (rows) => forward(classifier, rows, activation),
    generate(noise) {
      const sums = forward(generator, noise, 'leaky-relu');
      return tf.add(tf.mul(tf.sigmoid(sums), high - low), low);
    },
    judge(rows) {
      const spread = tf.sqrt(tf.add(tf.moments(rows, 0, true).variance, LEAST_VARIANCE));
      const seen = tf.concat2d([rows, tf.tile(spread as tf.Tensor2D, [rows.shape[0], 1])], 1);
      return tf.squeeze<tf.Tensor1D>(forward(discriminator, seen, 'leaky-relu'), [1]);
    },
  };
}

/** The same parameters as constants: a gradient runs through a network of them, and not into it. */
export function held(parameters: Parameters): Tensors {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, own]) => [name, stopGradient<tf.Tensor>(own)]),
  );
}

/** `ProblemDefinition.memory` */
export function confidentMemory(config: ConfidentConfig): number {
  const { data, batch } = config;
  // Ten classes, where only a file says how many there are.
  const [row, classes] = data.kind === 'plane' ? [2, data.classes] : [imagePixels(data), 10];
  const { parameters, outputs } = denseSizes(
    ...Object.values(layerSizes(config, row, classes) as unknown as Record<string, readonly number[]>),
  );
  return trainingBytes(parameters, batch, 2 * outputs, row);
}
