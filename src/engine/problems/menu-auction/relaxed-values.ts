/**
 * What the K bundles are worth to a minibatch of buyers: exact values of the hard bundles forward, a relaxation's gradient
 * backward (straight-through).
 *
 * Hard bundle: s_kj = 1 if logit l_kj > 0. Relaxation: item j is in bundle k with probability p_kj = sigmoid(l_kj / tau),
 * independently, and values extend to probabilities as follows.
 *   additive:          sum_j v_j p_kj                      the multilinear extension of v
 *   unit-demand, xor:  h log sum_a exp(x_a / h),           x_a = v_a prod_{j in T_a} p_kj
 * x_a is the multilinear extension of containment, worth v_a; log-sum-exp of small h takes the best atom smoothly. Its gradient
 * pulls in the missing items of the atoms that are nearest to being sold, the more the fewer are missing, and none for atoms
 * that a better contained one makes worthless. Products are taken in log space: one matrix product, and gradients that do not
 * underflow for atoms of dozens of items.
 */
import * as tf from '@tensorflow/tfjs-core';
import { detached, replaceForward } from '../../core/gradient-flow.ts';
import type { AtomBatch, Minibatch } from './minibatch.ts';

/** h, in units of value: far below the differences of values that matter. */
export const ATOM_SHARPNESS = (globalThis as any).H ?? 100;

/** logits [K, m] -> v [B, K] */
export function bundleValues(logits: tf.Tensor2D, batch: Minibatch, bundleTemperature: number): tf.Tensor2D {
  if (batch.kind === 'atoms') return bestAtoms(logits, batch, bundleTemperature);
  const soft = tf.sigmoid(tf.div<tf.Tensor2D>(logits, bundleTemperature));
  const bundles = replaceForward(soft, detached(() => hardBundles(logits)));
  return tf.matMul(batch.values, bundles, false, true);
}

function hardBundles(logits: tf.Tensor2D): tf.Tensor2D {
  return tf.cast(tf.greater(logits, 0), 'float32');
}

/**
 * One node of the gradient tape, written out: the tape's own would broadcast and compare [K, B, A] tensors, which takes the wasm
 * backend ten times as long.
 */
function bestAtoms(logits: tf.Tensor2D, batch: AtomBatch, bundleTemperature: number): tf.Tensor2D {
  const [options] = logits.shape;
  const { wants, values, buyers, atoms } = batch;
  const rows = buyers * atoms;
  const node = tf.customGrad<tf.Tensor2D>((...args) => {
    const [input, save] = args as [tf.Tensor2D, tf.GradSaveFunc];
    const scaled = tf.div(input, bundleTemperature);
    const logIn = tf.neg(tf.softplus(tf.neg(scaled)));
    const logWorth = tf.add(tf.matMul(logIn, wants, false, true), tf.log(tf.add(values, 1e-30))); // log x_a, [K, B * A]
    const weights = tf.softmax(tf.reshape(tf.mul(logWorth, ATOM_SHARPNESS), [options * buyers, atoms]));
    const slope = tf.mul(tf.reshape(weights, [options, rows]), tf.exp(logWorth));
    const outside = tf.div(tf.sub(1, tf.sigmoid(scaled)), bundleTemperature);
    save([slope, outside, wants]);
    return {
      value: hardBest(hardBundles(input), batch),
      gradFunc: (dy, saved) => {
        const [dSlope, dOutside, dWants] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
        const perBuyer = tf.reshape(tf.transpose(dy), [options, buyers, 1]);
        const perAtom = tf.reshape(tf.mul(tf.reshape(dSlope, [options, buyers, atoms]), perBuyer), [options, rows]);
        return tf.mul(tf.matMul(perAtom as tf.Tensor2D, dWants), dOutside);
      },
    };
  });
  return node(logits);
}

/** bundles [K, m] of 0 and 1 -> the value of the best atom inside, [B, K] */
function hardBest(bundles: tf.Tensor2D, batch: AtomBatch): tf.Tensor2D {
  const { wants, values, sizes, buyers, atoms } = batch;
  const present = tf.matMul(bundles, wants, false, true);
  // Whole numbers: 1 if all items of the atom are there, else 0 or less.
  const contained = tf.relu(tf.sub(present, tf.sub(sizes, 1)));
  return tf.transpose(tf.max(tf.reshape(tf.mul(contained, values), [bundles.shape[0], buyers, atoms]), 2));
}
