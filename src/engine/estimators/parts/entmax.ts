/**
 * alpha-entmax: the point y of the simplex with the largest <x, y> + H_alpha(y), H_alpha Tsallis' entropy. Values far below
 * the largest get exactly 0. alpha = 1 is softmax, alpha = 2 is sparsemax.
 *
 * Source: Peters, Niculae, Martins, "Sparse Sequence-to-Sequence Models", ACL 2019, section 3; sparsemax: Martins, Astudillo,
 * "From Softmax to Sparsemax", ICML 2016.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Choice } from '../../core/choice.ts';
import { probabilities } from './choice-maths.ts';

/** Newton steps that float32 needs once the number of values is accounted for: log4 of 1e7, rounded up. */
const STEPS = 12;

/** entmax of the logits / temperature, like z; a bit is the second of two values with the logits 0 and theta. */
export function entmaxChoice(choice: Choice, temperature: number, alpha: number): Tensor {
  if (alpha === 1) return probabilities(choice, temperature);
  const scores = tf.mul(choice.logits, 1 / temperature);
  if (choice.kind === 'categorical') return entmax(scores, alpha);
  const [rows, latents] = choice.logits.shape;
  const both = entmax(tf.stack([tf.zerosLike(scores), scores], 2), alpha); // [B, D, 2]
  return tf.reshape(tf.slice(both, [0, 0, 1], [rows, latents, 1]), [rows, latents]);
}

/** entmax on the last axis, 1 < alpha <= 2; a score may be -inf as long as one in its row is finite. */
export function entmax(scores: Tensor, alpha: number): Tensor {
  return tf.customGrad((...args) => {
    const [x, save] = args as [Tensor, tf.GradSaveFunc];
    const { y, slope } = solve(x, alpha);
    save([slope]);
    return { value: y, gradFunc: (dy: Tensor, saved: Tensor[]) => jacobianProduct(saved[0]!, dy) };
  })(scores);
}

/** J dy, J = diag(s) - s s^T / sum s with s = y^(2 - alpha) on the support of y. */
function jacobianProduct(slope: Tensor, dy: Tensor): Tensor {
  return tf.tidy(() => {
    const mean = tf.div(tf.sum(tf.mul(slope, dy), -1, true), tf.sum(slope, -1, true));
    return tf.mul(slope, tf.sub(dy, mean));
  });
}

/**
 * y = [(alpha - 1) x - t]_+^n, n = 1 / (alpha - 1), with t such that y sums to 1, and y^(2 - alpha).
 *
 * ||[(alpha - 1) x - t]_+||_n - 1 is convex and falls in t; Newton's method from below never passes the root, and each step
 * divides the product of value and slope by 4 at least, so the number of steps is known beforehand and nothing is sorted.
 */
function solve(x: Tensor, alpha: number): { y: Tensor; slope: Tensor } {
  return tf.tidy(() => {
    const n = 1 / (alpha - 1);
    const scaled = tf.mul(tf.sub(x, tf.max(x, -1, true)), alpha - 1);
    const steps = Math.ceil(Math.log2(x.shape.at(-1)!) / n) + STEPS;
    let threshold: Tensor = tf.fill([...x.shape.slice(0, -1), 1], -1);
    for (let step = 0; step < steps; step++) {
      threshold = tf.tidy(() => {
        const { slope, total } = powers(scaled, threshold, n);
        const excess = tf.sub(total, n === 1 ? 1 : tf.pow(total, 2 - alpha));
        return tf.add(threshold, tf.div(excess, tf.sum(slope, -1, true)));
      });
    }
    const { y, slope, total } = powers(scaled, threshold, n);
    return { y: tf.div(y, total), slope };
  });
}

/** u^n, its sum and u^(n - 1) for u = [x - t]_+; the latter is 1 where u > 0 if n = 1. */
function powers(x: Tensor, threshold: Tensor, n: number): { y: Tensor; slope: Tensor; total: Tensor } {
  const above = tf.relu(tf.sub(x, threshold));
  const slope = n === 1 ? tf.step(above) : n === 2 ? above : tf.pow(above, n - 1);
  const y = tf.mul(slope, above);
  return { y, slope, total: tf.sum(y, -1, true) };
}
