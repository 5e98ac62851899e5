/**
 * A small computation whose result is known, made on the device and read back now and then while a run trains.
 *
 * A GPU that is in trouble need not say so. What this notices:
 * - nothing is computed and buffers stay zero (WebGPU clears them): after a driver that was reset or a machine that was asleep, and where
 *   a pipeline that could not be compiled, or a command buffer that was dropped, is passed over;
 * - old results come back: the numbers that go in change from one time to the next;
 * - a driver that computes products, comparisons or sums wrongly from some moment on, e.g. after it has recompiled them.
 *
 * It does not notice single wrong bits in the tensors of the run, nor kernels that it does not use: those the self-test of the backend and
 * the conformance suite look at.
 */
import * as tf from '@tensorflow/tfjs-core';

/** Larger than what the WebGPU backend leaves to the processor (1000 numbers). */
const SIZE = 40;

/** Row sums of relu(x y) for matrices of whole numbers, every one of which float32 holds exactly, in whatever order they are added. */
export async function canary(
  round: number,
): Promise<{ readonly found: number[]; readonly expected: number[] }> {
  const entry = (i: number, j: number, by: number) => ((i * 7 + j * by + round) % 11) - 5;
  const matrix = (by: number) =>
    Array.from({ length: SIZE }, (_row, i) => Array.from({ length: SIZE }, (_column, j) => entry(i, j, by)));
  const [x, y] = [matrix(3), matrix(5)];
  const sums = tf.tidy(() => tf.sum(tf.relu(tf.matMul(tf.tensor2d(x), tf.tensor2d(y))), 1));
  try {
    const found = Array.from(await sums.data());
    const expected = x.map((row) =>
      y.reduce(
        (sum, _, j) =>
          sum +
          Math.max(
            0,
            row.reduce((dot, value, k) => dot + value * y[k]![j]!, 0),
          ),
        0,
      ),
    );
    return { found, expected };
  } finally {
    sums.dispose();
  }
}
