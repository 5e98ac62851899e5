/**
 * Both networks as one, with weights that are constant while lies climb: side by side in the first layer, block-diagonal in the
 * others. The adversary passes through them many times a step, and on small networks the number of operations is what counts:
 * tanh x = 2 s - 1 with s = sigmoid(2 x) goes into the weights, so that a hidden layer is one sigmoid, and the gradient for the
 * bids is written out.
 */
import * as tf from '@tensorflow/tfjs-core';
import { sigmoidGradient } from '../../kernels/activation-gradients.ts';
import { denseLayer } from '../../kernels/dense-layer.ts';
import type { DenseLayer } from '../../networks/dense.ts';
import type { Networks } from './networks.ts';

export interface FrozenLayer {
  readonly weights: tf.Tensor2D;
  readonly biases: tf.Tensor1D;
}

/** The layers, with sigmoid between them. The caller's tidy owns the weights. */
export function frozenLayers({ allocation, payment }: Networks): readonly FrozenLayer[] {
  return allocation.map((layer, depth) =>
    rescaled(sideBySide(layer, payment[depth]!, depth === 0), depth === 0, depth + 1 === allocation.length),
  );
}

/**
 * Bids [R, n m] -> outputs of the allocation network and, after them, of the payment network, [R, outputs]; differentiable for
 * the bids alone.
 */
export function frozenNetworks(layers: readonly FrozenLayer[]): (bids: tf.Tensor2D) => tf.Tensor2D {
  const last = layers.length - 1;
  return (bids) => {
    const node = tf.customGrad<tf.Tensor2D>((...args) => {
      const [input, save] = args as [tf.Tensor2D, tf.GradSaveFunc];
      const hidden: tf.Tensor2D[] = [];
      const out = layers.reduce((x, { weights, biases }, depth) => {
        const sums = denseLayer(x, weights, biases, false);
        if (depth === last) return sums;
        hidden.push(tf.sigmoid(sums));
        return hidden[depth]!;
      }, input);
      save(hidden);
      return {
        value: out,
        gradFunc: (dy: tf.Tensor2D, saved) =>
          layers.reduceRight((slope, { weights }, depth) => {
            const below = tf.matMul<tf.Tensor2D>(slope, weights, false, true);
            if (depth === 0) return below;
            const s = saved[depth - 1]!;
            return sigmoidGradient(below, s) as tf.Tensor2D;
          }, dy),
      };
    });
    return node(bids);
  };
}

function sideBySide(first: DenseLayer, second: DenseLayer, sameInput: boolean): FrozenLayer {
  const biases = tf.concat1d([first.biases, second.biases]);
  const [a, b] = [first.weights, second.weights];
  if (sameInput) return { weights: tf.concat2d([a, b], 1), biases };
  const upper = tf.pad2d(a, [
    [0, 0],
    [0, b.shape[1]],
  ]);
  const lower = tf.pad2d(b, [
    [0, 0],
    [a.shape[1], 0],
  ]);
  return { weights: tf.concat2d([upper, lower], 0), biases };
}

/** The same layer where hidden values are s instead of 2 s - 1, and a hidden layer's sums are those of 2 x. */
function rescaled({ weights, biases }: FrozenLayer, isFirst: boolean, isLast: boolean): FrozenLayer {
  const sums = isFirst ? biases : tf.sub<tf.Tensor1D>(biases, tf.sum(weights, 0));
  const factor = isLast ? 1 : 2;
  return {
    weights: tf.mul(weights, isFirst ? factor : 2 * factor),
    biases: tf.mul(sums, factor),
  };
}
