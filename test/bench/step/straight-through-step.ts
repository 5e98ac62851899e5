/**
 * One training step of the straight-through Gumbel menu, the unit of the product's speed, written with tfjs-core alone on our
 * kernels and random numbers; `pytorch-step.py` is the same mathematics.
 *
 * B buyers with additive values V [B, m] choose one of K options or none. Option k holds item j if its logit is positive
 * (straight-through sigmoid backward) and costs softplus(raw price). Choice logits u / sigma with u = V S' - price and 0 for
 * none; forward the hard Gumbel-max choice, backward the Gumbel-softmax at temperature tau. Adam ascends mean revenue.
 */
import * as tf from '@tensorflow/tfjs-core';
import { scaledSoftmax } from '../../../src/engine/kernels/scaled-softmax.ts';
import { fold, rootKey } from '../../../src/engine/random/key.ts';
import { FusedAdam } from '../../../src/engine/kernels/adam.ts';
import { gumbel, normal, uniform } from '../../../src/engine/random/noise.ts';

export const shape = {
  buyers: 128,
  options: 512,
  items: 50,
  sigma: 0.1,
  tau: 1,
  learningRate: 0.01,
} as const;

export interface Step {
  /** Runs one step and returns the minibatch's revenue, still on the device; the caller disposes of it. */
  run(): tf.Scalar;
  dispose(): void;
}

export function createStep(seed: number): Step {
  const { buyers, options, items, sigma, tau, learningRate } = shape;
  const key = rootKey(seed);
  const bundles = tf.variable(normal(fold(key, 'bundles'), [options, items]));
  const prices = tf.variable(tf.mul(normal(fold(key, 'prices'), [options]), 0.1));
  const adam = new FusedAdam(learningRate, 0.9, 0.999, 1e-8);
  let step = 0;

  function revenue(): tf.Scalar {
    const stepKey = fold(fold(key, 'step'), step);
    const values = tf.div(uniform(fold(stepKey, 'values'), [buyers, items]), sigma);
    const soft = tf.sigmoid(bundles);
    const held = forwardAs(soft, () => tf.step(bundles));
    // The null option joins the menu, not the utilities: rows of m numbers instead of columns of B.
    const menu = tf.concat([tf.zeros([1, items]), held]); // [K + 1, m]
    const price = tf.concat([tf.zeros([1]), tf.softplus(prices)]);
    const logits = tf.sub(tf.matMul(values, menu, false, true), tf.div(price, sigma)); // [B, K + 1]
    const noisy = tf.add(logits, gumbel(fold(stepKey, 'gumbel'), [buyers, options + 1]));
    const relaxed = scaledSoftmax(noisy, 1 / tau);
    const choice = forwardAs(relaxed, () =>
      tf.oneHot(tf.argMax<tf.Tensor1D>(noisy, 1), options + 1, 1, 0, 'float32'),
    );
    const paid = tf.matMul(choice, tf.reshape(price, [options + 1, 1]));
    return tf.mean(paid);
  }

  return {
    run() {
      const { value, grads } = tf.variableGrads(() => tf.neg(revenue()));
      adam.applyGradients(grads);
      tf.dispose(grads);
      step += 1;
      return value;
    },
    dispose() {
      adam.dispose();
      tf.dispose([bundles, prices]);
    },
  };
}

/** Forward the value that `hard` makes, backward the gradient of `soft`. */
function forwardAs(soft: tf.Tensor, hard: () => tf.Tensor): tf.Tensor {
  return tf.customGrad((_soft) => ({ value: hard(), gradFunc: (dy: tf.Tensor) => tf.clone(dy) }))(soft);
}
