/** Fully connected networks against plain JavaScript. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { createDense, forward, namedLayers, type Activation } from '../../src/engine/networks/dense.ts';
import { rootKey } from '../../src/engine/random/key.ts';

const activations: Readonly<Record<Activation, (x: number) => number>> = {
  relu: (x) => Math.max(0, x),
  tanh: Math.tanh,
  'leaky-relu': (x) => (x > 0 ? x : 0.3 * x),
};

it.each(Object.keys(activations) as Activation[])(
  'activates between layers, and not the last: %s',
  (activation) => {
    const layers = createDense([3, 5, 4, 2], rootKey(1));
    const x = [
      [0.5, -2, 1],
      [3, 0.1, -0.7],
    ];
    layers.forEach(({ biases }, i) => biases.assign(tf.tidy(() => tf.fill(biases.shape, 0.1 * (i + 1)))));
    let expected = x;
    layers.forEach((layer, depth) => {
      const weights = layer.weights.arraySync();
      expected = expected.map((row) =>
        weights[0]!.map((_, out) => {
          const sum = row.reduce((all, value, i) => all + value * weights[i]![out]!, 0.1 * (depth + 1));
          return depth + 1 < layers.length ? activations[activation](sum) : sum;
        }),
      );
    });
    const got = tf.tidy(() => forward(layers, tf.tensor2d(x), activation).arraySync());
    got.flat().forEach((value, i) => expect(value).toBeCloseTo(expected.flat()[i]!, 5));
    tf.dispose(Object.values(namedLayers('net', layers)));
  },
);

it('starts with weights uniform in bounds of their own layer, and names its variables', () => {
  const layers = createDense([50, 200, 10], rootKey(2));
  expect(Object.keys(namedLayers('encoder', layers))).toEqual([
    'encoderWeights1',
    'encoderBiases1',
    'encoderWeights2',
    'encoderBiases2',
  ]);
  const bounds = [Math.sqrt(6 / 250), Math.sqrt(6 / 210)];
  layers.forEach(({ weights, biases }, i) => {
    const values = weights.dataSync();
    const bound = bounds[i]!;
    expect(Math.max(...values.map(Math.abs))).toBeLessThan(bound);
    expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(0.98 * bound);
    // Standard error of the mean: bound / sqrt(3 n).
    const mean = Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan((5 * bound) / Math.sqrt(3 * values.length));
    expect(biases.dataSync().every((value) => value === 0)).toBe(true);
  });
  tf.dispose(Object.values(namedLayers('encoder', layers)));
});
