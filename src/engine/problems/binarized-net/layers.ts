/**
 * Layers whose weights and outputs are signs in the forward pass, and the slopes that stand for those of the sign.
 * Source: Hubara, Courbariaux, Soudry, El-Yaniv, Bengio, "Binarized Neural Networks", NIPS 2016, section 1,
 * https://arxiv.org/abs/1602.02830; the polynomial slope: Liu, Wu, Luo, Yang, Liu, Cheng, "Bi-Real Net", ECCV 2018, equation 5,
 * https://arxiv.org/abs/1808.00278. Differs from source: softmax cross-entropy in place of a squared hinge loss.
 */
import * as tf from '@tensorflow/tfjs-core';
import { detached } from '../../core/gradient-flow.ts';
import { createDense } from '../../networks/dense.ts';
import type { Key } from '../../random/key.ts';
import type { BinarizedNetConfig } from './config.ts';

export type StraightThrough = BinarizedNetConfig['straightThrough'];

export interface BinaryLayer {
  /** Latent weights, [in, out]. */
  readonly weights: tf.Variable<tf.Rank.R2>;
  /** gamma and beta of the normalisation, [out]. */
  readonly scale: tf.Variable<tf.Rank.R1>;
  readonly shift: tf.Variable<tf.Rank.R1>;
  /** Running mean and variance of the sums, [2, out]: what evaluations normalise by. */
  readonly running: tf.Variable<tf.Rank.R2>;
}

/** Of batch normalisation; the running statistics keep this share at each step. */
export const EPSILON = 1e-5;
const MOMENTUM = 0.95;

/** sign(x), with sign(0) = +1. */
export function signOf<T extends tf.Tensor>(x: T): T {
  return tf.sub(tf.mul(tf.cast(tf.greaterEqual(x, 0), 'float32'), 2), 1);
}

const slopes: Readonly<Record<Exclude<StraightThrough, 'identity'>, (x: tf.Tensor) => tf.Tensor>> = {
  clipped: (x) => tf.cast(tf.lessEqual(tf.abs(x), 1), 'float32'),
  polynomial: (x) => tf.relu(tf.sub(2, tf.mul(tf.abs(x), 2))),
};

/** Forward sign(x), backward the slope that stands for it. */
export function binarized<T extends tf.Tensor>(x: T, through: StraightThrough): T {
  const pass = tf.customGrad<tf.Tensor>((...args) => {
    const [at, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    save([at]);
    return {
      value: signOf(at),
      gradFunc: (dy, saved) =>
        through === 'identity' ? tf.clone(dy) : tf.mul(dy, slopes[through](saved[0]!)),
    };
  });
  return pass(x) as T;
}

/** Glorot's uniform weights, scales 1, shifts 0; running statistics of sums with mean 0 and variance 1. */
export function createBinaryLayers(sizes: readonly number[], init: Key): BinaryLayer[] {
  return createDense(sizes, init).map(({ weights, biases }) => {
    const out = biases.size;
    return tf.tidy(() => ({
      weights,
      scale: tf.variable(tf.ones<tf.Rank.R1>([out])),
      shift: biases,
      running: tf.variable(tf.stack<tf.Tensor1D>([tf.zeros([out]), tf.ones([out])]) as tf.Tensor2D, false),
    }));
  });
}

/** What sums of signs are multiplied with, so that those of independent signs have variance 1. */
export function sumUnit(weights: BinarizedNetConfig['weights'], inputs: number): number {
  return weights === 'sign' ? 1 / Math.sqrt(inputs) : 1;
}

/** Mean and variance of a minibatch's sums, [2, out], for the running statistics: constants. */
export type Statistics = tf.Tensor2D;

/**
 * y [B, out] of the inputs [B, in]: normalised sums, before any sign.
 * @param weights those in use, [in, out]
 * @param found told the statistics of the minibatch, where the normalisation has some
 */
export function normalisedSums(
  { scale, shift }: BinaryLayer,
  input: tf.Tensor2D,
  weights: tf.Tensor2D,
  config: Pick<BinarizedNetConfig, 'normalisation' | 'weights'>,
  found?: (statistics: Statistics) => void,
): tf.Tensor2D {
  const sums = tf.mul(tf.matMul(input, weights), sumUnit(config.weights, weights.shape[0]));
  if (config.normalisation === 'scale') return tf.add(tf.mul(sums, scale), shift);
  const { mean, variance } = tf.moments(sums, 0);
  found?.(detached(() => tf.stack([mean, variance]) as tf.Tensor2D));
  const standard = tf.mul(tf.sub(sums, mean), tf.rsqrt(tf.add(variance, EPSILON)));
  return tf.add(tf.mul(standard, scale), shift);
}

/** Brings the running statistics a step on. */
export function keepStatistics({ running }: BinaryLayer, statistics: Statistics): void {
  tf.tidy(() => running.assign(tf.add(tf.mul(running, MOMENTUM), tf.mul(statistics, 1 - MOMENTUM))));
}

/** Bits, or what lies between, to signs. */
export function signed<T extends tf.Tensor>(z: T): T {
  return tf.sub(tf.mul(z, 2), 1);
}

/** ln p(label), [B]. */
export function logLikelihood(scores: tf.Tensor2D, targets: tf.Tensor2D): tf.Tensor1D {
  return tf.sum<tf.Tensor1D>(tf.mul(tf.logSoftmax(scores), targets), 1);
}

/** Scores of the classes, [B, classes], where hidden units are deterministic. */
export function through(
  layers: readonly BinaryLayer[],
  x: tf.Tensor2D,
  weights: readonly tf.Tensor2D[],
  config: BinarizedNetConfig,
  note: (statistics: Statistics) => void,
): tf.Tensor2D {
  return layers.reduce((input, layer, depth) => {
    const y = normalisedSums(layer, input, weights[depth]!, config, note);
    if (depth + 1 === layers.length) return y;
    return config.activations === 'sign' ? binarized(y, config.straightThrough) : tf.relu(y);
  }, x);
}
