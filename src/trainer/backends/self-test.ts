/**
 * Does a backend train right? Run before a backend is offered: some load and then give wrong numbers or lack a gradient.
 * The expected values are computed here in plain double precision.
 */
import * as tf from '@tensorflow/tfjs-core';

const TOLERANCE = 1e-4;

/** Throws with what went wrong; returns silently when all is well. */
export async function selfTest(): Promise<void> {
  await checkGradient();
  await checkChoice();
  await checkTraining();
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
  await expectClose(
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
  await expectClose('argMax and oneHot', hard, [0, 1, 0, 1, 0, 0]);
}

/** Twenty gradient steps on (v - 3)^2 with rate 0.1: v = 3 (1 - 0.8^20). */
async function checkTraining(): Promise<void> {
  const variable = tf.variable(tf.scalar(0));
  const optimizer = tf.train.sgd(0.1);
  for (let step = 0; step < 20; step++) {
    optimizer.minimize(() => tf.square<tf.Scalar>(tf.sub(variable, 3)), false, [variable]);
  }
  optimizer.dispose();
  await expectClose('twenty training steps', variable, [3 * (1 - 0.8 ** 20)]);
}

async function expectClose(what: string, tensor: tf.Tensor, expected: readonly number[]): Promise<void> {
  const actual = Array.from(await tensor.data());
  tensor.dispose();
  const worst = Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN))));
  if (!(worst <= TOLERANCE)) {
    throw new Error(`self-test failed: ${what} gives ${actual.join(', ')}, expected ${expected.join(', ')}`);
  }
}
