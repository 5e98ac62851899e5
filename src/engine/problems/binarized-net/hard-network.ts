/**
 * The network as it is exported, apart from the training graph: signs, and in place of normalisations integer thresholds.
 *
 * A pixel of grey value g enters as the odd integer 2 round(255 g) - 255, which is a sum of eight signs times powers of 2. All sums
 * of a binary network are then integers far below 2^24, the same on every backend and in whatever order they are added up.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ImageSplit } from '../../images/image-data.ts';
import { isBinary, type BinarizedNetConfig } from './config.ts';
import { EPSILON, signOf, sumUnit } from './layers.ts';

/** Largest magnitude of an input. */
export const GREYS = 255;

/** Of a unit: scale * sum + shift, of the sum over integers in the first layer. */
export interface HardLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** In use, [in, out]: signs, or numbers. */
  readonly weights: Float32Array;
  /** [out] */
  readonly scale: Float32Array;
  readonly shift: Float32Array;
}

export interface HardNetwork {
  /** Nothing but signs, sums and thresholds. */
  readonly binary: boolean;
  readonly activations: BinarizedNetConfig['activations'];
  /** The last one's outputs are the classes' scores. */
  readonly layers: readonly HardLayer[];
}

/** Numbers of a layer as training has them, on the host. */
export interface LatentLayer {
  readonly weights: Float32Array;
  readonly scale: ArrayLike<number>;
  readonly shift: ArrayLike<number>;
  /** Means, then variances. */
  readonly running: ArrayLike<number>;
}

/** A hidden unit is +1 where sign * sum >= threshold. */
export interface Threshold {
  readonly sign: 1 | -1;
  readonly threshold: number;
}

/** Beyond every sum: a unit that is the same whatever comes in. */
const NEVER = 2 ** 30;

export function hardNetwork(config: BinarizedNetConfig, latent: readonly LatentLayer[]): HardNetwork {
  const layers = latent.map((layer, depth): HardLayer => {
    const outputs = layer.scale.length;
    const inputs = layer.weights.length / outputs;
    const unit = sumUnit(config.weights, inputs) / (depth === 0 ? GREYS : 1);
    const scale = new Float32Array(outputs);
    const shift = new Float32Array(outputs);
    for (let k = 0; k < outputs; k++) {
      const isBatch = config.normalisation === 'batch';
      const factor = isBatch
        ? layer.scale[k]! / Math.sqrt(layer.running[outputs + k]! + EPSILON)
        : layer.scale[k]!;
      scale[k] = factor * unit;
      shift[k] = layer.shift[k]! - (isBatch ? factor * layer.running[k]! : 0);
    }
    const weights =
      config.weights === 'sign' ? layer.weights.map((weight) => (weight >= 0 ? 1 : -1)) : layer.weights;
    return { inputs, outputs, weights, scale, shift };
  });
  return { binary: isBinary(config), activations: config.activations, layers };
}

/** From where on scale * sum + shift >= 0. */
export function thresholdOf({ scale, shift }: Pick<HardLayer, 'scale' | 'shift'>, unit: number): Threshold {
  const [a, b] = [scale[unit]!, shift[unit]!];
  if (a === 0) return { sign: 1, threshold: b >= 0 ? -NEVER : NEVER };
  const sign = a > 0 ? 1 : -1;
  return { sign, threshold: Math.min(NEVER, Math.max(-NEVER, Math.ceil(-b / Math.abs(a)))) };
}

/** The odd integers that the first layer sees. */
function integerInputs(pixels: Float32Array): Float32Array {
  return pixels.map((grey) => 2 * Math.round(GREYS * grey) - GREYS);
}

/** Images that go through the network at once. */
const CHUNK = 500;

export interface HardOutcome {
  /** Class of each image: the first of the largest scores. */
  readonly predictions: Uint8Array;
  /** ln of the probability of each image's label, by softmax of the scores. */
  readonly logLikelihoods: Float64Array;
}

/** @param count images looked at, the first ones @param breathe called between chunks */
export async function classify(
  network: HardNetwork,
  { pixels, labels, count: all }: ImageSplit,
  count: number,
  breathe: () => Promise<void> = () => Promise.resolve(),
): Promise<HardOutcome> {
  const size = pixels.length / all;
  const predictions = new Uint8Array(count);
  const logLikelihoods = new Float64Array(count);
  const onBackend = tf.tidy(() => network.layers.map((layer) => layerTensors(network, layer)));
  try {
    for (let first = 0; first < count; first += CHUNK) {
      const rows = Math.min(CHUNK, count - first);
      const sums = tf.tidy(() => {
        const inputs = integerInputs(pixels.subarray(first * size, (first + rows) * size));
        return lastSums(network, onBackend, tf.tensor2d(inputs, [rows, size]));
      });
      const values = await sums.data<'float32'>();
      sums.dispose();
      const last = network.layers.at(-1)!;
      for (let row = 0; row < rows; row++) {
        const own = values.subarray(row * last.outputs, (row + 1) * last.outputs);
        const scores = Float64Array.from(own, (sum, k) => last.scale[k]! * sum + last.shift[k]!);
        const best = scores.reduce((found, score, k) => (score > scores[found]! ? k : found), 0);
        predictions[first + row] = best;
        const level = scores[best]!;
        const total = scores.reduce((sum, score) => sum + Math.exp(score - level), 0);
        logLikelihoods[first + row] = scores[labels![first + row]!]! - level - Math.log(total);
      }
      await breathe();
    }
  } finally {
    tf.dispose(onBackend.map(({ weights, factor, offset }) => [weights, factor, offset]));
  }
  return { predictions, logLikelihoods };
}

/** A layer on the backend, and what stands between its sums and the next layer. */
// A type, as tf.tidy takes no interface.
type LayerTensors = Readonly<{
  weights: tf.Tensor2D;
  /** Of a binary network signs and thresholds, else scales and shifts. */
  factor: tf.Tensor1D;
  offset: tf.Tensor1D;
}>;

function layerTensors({ binary }: HardNetwork, layer: HardLayer): LayerTensors {
  const thresholds = Array.from(layer.scale, (_, k) => thresholdOf(layer, k));
  return {
    weights: tf.tensor2d(layer.weights, [layer.inputs, layer.outputs]),
    factor: tf.tensor1d(binary ? thresholds.map(({ sign }) => sign) : layer.scale),
    offset: tf.tensor1d(binary ? thresholds.map(({ threshold }) => -threshold) : layer.shift),
  };
}

/** Sums of the last layer, [rows, classes]; integers, where the network is binary. */
function lastSums(
  { activations }: HardNetwork,
  layers: readonly LayerTensors[],
  inputs: tf.Tensor2D,
): tf.Tensor2D {
  return layers.reduce((input, { weights }, depth) => {
    const before = layers[depth - 1];
    if (before === undefined) return tf.matMul(input, weights);
    const sums = tf.add<tf.Tensor2D>(tf.mul(input, before.factor), before.offset);
    return tf.matMul(activations === 'sign' ? signOf(sums) : tf.relu(sums), weights);
  }, inputs);
}
