/**
 * What the K bundles are worth to a minibatch of buyers: exact values of the hard bundles forward, a relaxation's gradient
 * backward (straight-through).
 *
 * Hard bundle: s_kj = 1 if logit l_kj > 0. Relaxation: item j is in bundle k with probability p_kj = sigmoid(l_kj / tau),
 * independently, and values extend to probabilities as follows.
 *   additive:          sum_j v_j p_kj     the multilinear extension of v
 *   unit-demand, xor:  max_a x_a,         x_a = v_a prod_{j in T_a} p_kj, the multilinear extension of containment
 * Both equal v at the vertices; max_a x_a is at most the multilinear extension of v. Its gradient moves the items of the one atom
 * that the bundle comes nearest to selling, each by x_a (1 - p_kj) / tau, so that missing items come in together. Smoother
 * maxima (sums, p-norms, log-sum-exp) pull in items of several atoms at once; on CATS bids they drive all options to the grand
 * bundle. Products are taken in log space: one matrix product, and nothing underflows for atoms of dozens of items.
 */
import * as tf from '@tensorflow/tfjs-core';
import { detached, replaceForward } from '../../core/gradient-flow.ts';
import { bestInside, bestSlope } from '../../kernels/best-atoms.ts';
import type { AtomBatch, Minibatch } from './minibatch.ts';

/** logits [K, m] -> v [B, K] */
export function bundleValues(logits: tf.Tensor2D, batch: Minibatch, bundleTemperature: number): tf.Tensor2D {
  if (batch.kind === 'atoms') return bestAtoms(logits, batch, bundleTemperature);
  const scaled = bundleTemperature === 1 ? logits : tf.div<tf.Tensor2D>(logits, bundleTemperature);
  const soft = tf.sigmoid(scaled);
  const bundles = replaceForward(
    soft,
    detached(() => hardBundles(logits)),
  );
  return tf.matMul(batch.values, bundles, false, true);
}

/** The same values without a gradient, at a third of the cost. */
export function hardBundleValues(logits: tf.Tensor2D, batch: Minibatch): tf.Tensor2D {
  if (batch.kind === 'atoms') return hardBest(logits, batch);
  return tf.matMul(batch.values, hardBundles(logits), false, true);
}

function hardBundles(logits: tf.Tensor2D): tf.Tensor2D {
  return tf.step(logits);
}

/** Softmax of this many times log x_a is 1 for the largest x_a, unless another is as large to five digits: then they share. */
const SHARPNESS = 1e5;
/** log x_a of padding (v_a = 0): below every other, and finite. */
const LOG_NOTHING = -1e4;

/**
 * One node of the gradient tape, written out: the tape's own gradient of max compares broadcast [K, B, A] tensors, which takes
 * the wasm backend ten times as long as all of this.
 */
function bestAtoms(logits: tf.Tensor2D, batch: AtomBatch, bundleTemperature: number): tf.Tensor2D {
  const [options] = logits.shape;
  const { wants, buyers, atoms } = batch;
  const rows = buyers * atoms;
  const node = tf.customGrad<tf.Tensor2D>((...args) => {
    const [input, save] = args as [tf.Tensor2D, tf.GradSaveFunc];
    const scaled = tf.div(input, bundleTemperature);
    const logInside = tf.neg(tf.softplus(tf.neg(scaled))); // log p_kj, [K, m]
    const logWorth = tf.add<tf.Tensor2D>(tf.matMul(logInside, wants, false, true), logValues(batch)); // log x_a, [K, B * A]
    const slope = bestSlope(logWorth, atoms, SHARPNESS);
    const outside = tf.div(tf.sub(1, tf.sigmoid(scaled)), bundleTemperature);
    save([slope, outside, wants]);
    return {
      value: hardBest(input, batch),
      gradFunc: (dy, saved) => {
        const [slopes, outsides, wanted] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
        const dBuyers = tf.reshape(tf.transpose(dy), [options, buyers, 1]);
        const dAtoms = tf.mul(tf.reshape(slopes, [options, buyers, atoms]), dBuyers);
        return tf.mul(tf.matMul(tf.reshape<tf.Rank.R2>(dAtoms, [options, rows]), wanted), outsides);
      },
    };
  });
  return node(logits);
}

/** [1, B * A] */
function logValues({ values }: AtomBatch): tf.Tensor2D {
  return tf.where(tf.greater(values, 0), tf.log(values), tf.fill(values.shape, LOG_NOTHING));
}

/** logits [K, m] -> the value of the best atom inside the hard bundle, [B, K] */
function hardBest(logits: tf.Tensor2D, batch: AtomBatch): tf.Tensor2D {
  const { wants, values, sizes, buyers, atoms } = batch;
  const best = bestInside(logits, wants, values, atoms);
  if (best !== undefined) return best;
  const bundles = hardBundles(logits);
  const present = tf.matMul(bundles, wants, false, true);
  // Whole numbers: 1 if all items of the atom are there, else 0 or less.
  const contained = tf.relu(tf.sub(present, tf.sub(sizes, 1)));
  return tf.transpose(tf.max(tf.reshape(tf.mul(contained, values), [bundles.shape[0], buyers, atoms]), 2));
}
