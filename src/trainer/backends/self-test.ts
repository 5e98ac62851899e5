/**
 * Does a backend train right? Run before a backend is offered: some load and then give wrong numbers or lack a gradient.
 * The expected values are computed here in plain double precision.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { EngineHost } from '../../engine/core/engine-host.ts';
import { rootKey } from '../../engine/random/key.ts';
import { gumbel, uniform } from '../../engine/random/noise.ts';
import { fillGumbel, fillUniform } from '../../engine/random/scalar.ts';
import { expectClose } from './expect-close.ts';

/** Throws with what went wrong; returns silently when all is well. @param host for what the toy problems load */
export async function selfTest(host: EngineHost): Promise<void> {
  await checkGradient();
  await checkChoice();
  await checkDraws();
  await checkSorting();
  await checkGathering();
  await checkTraining();
  // Most of it is loading the engine: whatever fails before spares it.
  const { checkSteps } = await import('./step-test.ts');
  await checkSteps(host);
}

/** Gradient of sum(softmax(x W) * c) for W, a matrix product with a transposed operand behind it. */
async function checkGradient(): Promise<void> {
  const x = [0.5, -1, 2, 0.25];
  const w = [0.1, -0.3, 0.7, 0.2, 0.4, -0.6, 0.9, -0.2];
  const c = [1, 3];
  const gradient = tf.tidy(() => {
    const row = tf.tensor2d(x, [1, 4]);
    const value = (weights: tf.Tensor) =>
      tf.sum(tf.mul(tf.softmax(tf.matMul(row, weights as tf.Tensor2D)), tf.tensor1d(c)));
    return tf.grad(value)(tf.tensor2d(w, [4, 2]));
  });
  const logits = [0, 1].map((k) => x.reduce((sum, xi, i) => sum + xi * (w[2 * i + k] ?? 0), 0));
  const p = 1 / (1 + Math.exp((logits[1] ?? 0) - (logits[0] ?? 0)));
  const slope = p * (1 - p) * ((c[0] ?? 0) - (c[1] ?? 0));
  await expectTensor(
    'matMul and softmax gradient',
    gradient,
    x.flatMap((xi) => [xi * slope, -xi * slope]),
  );
}

async function checkChoice(): Promise<void> {
  const hard = tf.tidy(() => {
    const scores = tf.tensor2d([0.2, 0.9, 0.1, 3, -1, 2], [2, 3]);
    return tf.oneHot(tf.argMax<tf.Tensor1D>(scores, 1), 3);
  });
  await expectTensor('argMax and oneHot', hard, [0, 1, 0, 1, 0, 0]);
}

/** Keyed random numbers as they come back from the device, against the scalar code; and the choices that they make. */
async function checkDraws(): Promise<void> {
  const key = rootKey(7);
  const shape: [number, number] = [37, 5];
  const uniforms = new Float32Array(37 * 5);
  const gumbels = new Float32Array(37 * 5);
  fillUniform(key, uniforms);
  fillGumbel(key, gumbels);
  await expectTensor('uniform numbers', uniform<tf.Rank.R2>(key, shape), [...uniforms]);
  await expectTensor('Gumbel noise', gumbel<tf.Rank.R2>(key, shape), [...gumbels]);
  const chosen = tf.tidy(() => tf.argMax(gumbel<tf.Rank.R2>(key, shape), 1));
  const rows = Array.from({ length: 37 }, (_, row) => [...gumbels.subarray(5 * row, 5 * row + 5)]);
  await expectTensor(
    'choices by Gumbel noise',
    chosen,
    rows.map((row) => row.indexOf(Math.max(...row))),
  );
}

/** Distribution functions and their inversion, and the largest of several. */
async function checkSorting(): Promise<void> {
  const p = [0.1, 0.2, 0.3, 0.4, 0.7, 0.1, 0.1, 0.1];
  const [sums, index] = tf.tidy(() => {
    const cumulative = tf.cumsum(tf.tensor2d(p, [2, 4]), 1);
    const levels = tf.tensor2d([0.05, 0.35, 0.75, 0.95], [2, 2]);
    return [cumulative, tf.searchSorted(cumulative, levels, 'right')];
  });
  await expectTensor('cumsum', sums, [0.1, 0.3, 0.6, 1, 0.7, 0.8, 0.9, 1]);
  await expectTensor('searchSorted', index, [0, 2, 1, 3]);
  const { values, indices } = tf.tidy(() => tf.topk(tf.tensor2d([3, 1, 2, -1, 5, 0], [2, 3]), 2));
  await expectTensor('topk', values, [3, 2, 5, 0]);
  await expectTensor('indices of topk', indices, [0, 2, 1, 2]);
}

/** Rows by their numbers, one of them twice: the gradient adds up what came of it. */
async function checkGathering(): Promise<void> {
  const [rows, gradient] = tf.tidy(() => {
    const picked = tf.tensor1d([2, 0, 2], 'int32');
    const table = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    const weights = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    const value = (x: tf.Tensor) => tf.sum(tf.mul(tf.gather(x, picked), weights));
    return [tf.gather(table, picked), tf.grad(value)(table)];
  });
  await expectTensor('gather', rows, [5, 6, 1, 2, 5, 6]);
  await expectTensor('gradient of gather', gradient, [3, 4, 0, 0, 6, 8]);
}

/** Twenty gradient steps on (v - 3)^2 with rate 0.1: v = 3 (1 - 0.8^20). */
async function checkTraining(): Promise<void> {
  const zero = tf.scalar(0);
  const variable = tf.variable(zero);
  zero.dispose();
  const optimizer = tf.train.sgd(0.1);
  for (let step = 0; step < 20; step++) {
    optimizer.minimize(() => tf.square<tf.Scalar>(tf.sub(variable, 3)), false, [variable]);
  }
  optimizer.dispose();
  await expectTensor('twenty training steps', variable, [3 * (1 - 0.8 ** 20)]);
}

async function expectTensor(what: string, tensor: tf.Tensor, expected: readonly number[]): Promise<void> {
  const actual = await tensor.data();
  tensor.dispose();
  expectClose(what, actual, expected);
}
