/** Fully connected networks: layers of weights and biases as variables, an activation between two of them. */
import * as tf from '@tensorflow/tfjs-core';
import { denseLayer } from '../kernels/dense-layer.ts';
import { fold, type Key } from '../random/key.ts';
import { uniform } from '../random/noise.ts';
import { tanh } from './tanh.ts';

export interface DenseLayer {
  /** [in, out] */
  readonly weights: tf.Variable<tf.Rank.R2>;
  /** [out] */
  readonly biases: tf.Variable<tf.Rank.R1>;
}

export type Activation = 'relu' | 'tanh' | 'leaky-relu';

/** Slope of `leaky-relu` below 0: that of Dong, Mnih, Tucker, "DisARM", NeurIPS 2020, section 6. */
const LEAK = 0.3;

/** Those that are operations of their own: relu is part of the layer. */
const activate: Readonly<Record<Exclude<Activation, 'relu'>, (sums: tf.Tensor2D) => tf.Tensor2D>> = {
  tanh,
  'leaky-relu': (sums) => tf.leakyRelu(sums, LEAK),
};

/**
 * Weights uniform in +-sqrt(6 / (in + out)), biases 0 (Glorot, Bengio, "Understanding the difficulty of training deep feedforward
 * neural networks", AISTATS 2010, equation 16).
 * @param sizes numbers of inputs, of each hidden layer's units, and of outputs
 */
export function createDense(sizes: readonly number[], key: Key): DenseLayer[] {
  return sizes.slice(1).map((out, i) => {
    const width = sizes[i]!;
    const bound = Math.sqrt(6 / (width + out));
    return tf.tidy(() => {
      const noise = uniform<tf.Rank.R2>(fold(key, i), [width, out]);
      return {
        weights: tf.variable(tf.mul<tf.Tensor2D>(tf.sub(noise, 0.5), 2 * bound)),
        biases: tf.variable(tf.zeros<tf.Rank.R1>([out])),
      };
    });
  });
}

/**
 * The last layer's sums; none is activated after it.
 * @param x [B, in]
 * @returns [B, out]
 */
export function forward(
  layers: readonly Pick<DenseLayer, 'weights' | 'biases'>[],
  x: tf.Tensor2D,
  activation: Activation,
): tf.Tensor2D {
  return layers.reduce((input, { weights, biases }, i) => {
    const isLast = i + 1 === layers.length;
    const y = denseLayer(input, weights, biases, !isLast && activation === 'relu');
    return isLast || activation === 'relu' ? y : activate[activation](y);
  }, x);
}

/** Parameters by name: <name>Weights1, <name>Biases1, <name>Weights2, ... */
export function namedLayers(name: string, layers: readonly DenseLayer[]): Record<string, tf.Variable> {
  return Object.fromEntries(
    layers.flatMap(({ weights, biases }, i): [string, tf.Variable][] => [
      [`${name}Weights${i + 1}`, weights],
      [`${name}Biases${i + 1}`, biases],
    ]),
  );
}
