/** FusedAdam against tfjs-core's own Adam, step by step. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { FusedAdam } from '../../src/engine/kernels/adam.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { normal } from '../../src/engine/random/noise.ts';

const key = rootKey(17);
const constants = [0.01, 0.9, 0.999, 1e-8] as const;

/** Trains variables of these shapes on given gradients; returns their values after the last step, and the saved weights. */
async function trained(
  optimizer: tf.AdamOptimizer,
  shapes: number[][],
  gradientAt: (step: number, shape: number[]) => tf.Tensor,
  steps: number,
): Promise<number[][]> {
  const variables = shapes.map((shape) => tf.tidy(() => tf.variable(normal(fold(key, shape.join()), shape))));
  for (let step = 0; step < steps; step++) {
    const gradients = variables.map((variable) => ({
      name: variable.name,
      tensor: gradientAt(step, variable.shape),
    }));
    optimizer.applyGradients(gradients);
    tf.dispose(gradients.map(({ tensor }) => tensor));
  }
  const weights = await optimizer.getWeights();
  const numbers = [...variables, ...weights.map(({ tensor }) => tensor)].map((tensor) => [
    ...tensor.dataSync(),
  ]);
  tf.dispose(variables);
  weights[0]?.tensor.dispose();
  optimizer.dispose();
  return numbers;
}

const noisy = (step: number, shape: number[]): tf.Tensor =>
  tf.tidy(() => tf.add(normal(fold(fold(key, 'gradient'), step), shape), 0.1));

// Below, at and above one vector of 4 lanes, and no multiple of it.
describe.each(
  [[[1]], [[3]], [[4]], [[5]], [[2, 3, 5]], [[]], [[9], [2, 2], [1]]].map(
    (shapes) => [JSON.stringify(shapes), shapes] as const,
  ),
)('shapes %s', (_name, shapes) => {
  test('give the numbers and the state of tfjs-core, bit for bit', async () => {
    const expected = await trained(new tf.AdamOptimizer(...constants), shapes, noisy, 25);
    expect(await trained(new FusedAdam(...constants), shapes, noisy, 25)).toEqual(expected);
  });
});

test('a parameter whose gradient stops comes to rest without subnormal moments', async () => {
  const stops = (step: number, shape: number[]): tf.Tensor => tf.fill(shape, step < 3 ? 1e-12 : 0);
  const expected = await trained(new tf.AdamOptimizer(...constants), [[8]], stops, 900);
  const [values, , first, second] = await trained(new FusedAdam(...constants), [[8]], stops, 900);
  expect(values).toBeAllClose(expected[0]!, { absolute: 1e-7 });
  if (tf.getBackend() !== 'wasm') return;
  expect(first).toEqual(Array<number>(8).fill(0));
  expect(second!.filter((moment) => moment !== 0 && moment < 2 ** -126)).toEqual([]);
});

test('no step leaves tensors behind', () => {
  const variable = tf.variable(tf.zeros([6]));
  const optimizer = new FusedAdam(...constants);
  const counts = (): number[] => [tf.memory().numTensors, tf.engine().backend.numDataIds()];
  const step = (): void => tf.tidy(() => optimizer.applyGradients({ [variable.name]: tf.ones([6]) }));
  step();
  const before = counts();
  step();
  expect(counts()).toEqual(before);
  optimizer.dispose();
  variable.dispose();
});
