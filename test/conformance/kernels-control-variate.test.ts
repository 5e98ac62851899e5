/** The fused estimate of a relaxed control variate on wasm against its operations on the cpu backend. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { controlledEstimate } from '../../src/engine/kernels/control-variate.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { normal, uniform } from '../../src/engine/random/noise.ts';
import { onBothBackends } from '../support/both-backends.ts';
import { comparedBackend, useTestBackend } from '../support/use-backend.ts';

const key = rootKey(31);

beforeEach(async () => {
  await useTestBackend(comparedBackend);
});

function parts(shape: [number, number, number]) {
  const p = tf.softmax(normal(fold(key, 'p'), shape));
  return {
    credit: normal(fold(key, 'credit'), [shape[0], 1, 1]),
    given: normal(fold(key, 'given'), shape),
    rest: uniform(fold(key, 'rest'), shape),
    hard: tf.cast(tf.oneHot(tf.argMax(p, 2), shape[2]), 'float32'),
    p,
  };
}

describe.each<[number, number, number]>([
  [5, 1, 4],
  [3, 2, 7],
  [2, 3, 16],
  [2, 1, 513],
  [4, 1, 3],
  [1, 1, 5],
])('[%i, %i, %i]', (...shape) => {
  test('the estimate, by its formula and alike on both backends', async () => {
    const compute = (): Tensor[] => {
      const { credit, given, rest, hard, p } = parts(shape);
      const path = tf.mul(rest, given);
      const formula = tf.add(tf.mul(credit, tf.sub(hard, p)), tf.sub(path, tf.mul(p, tf.sum(path, 2, true))));
      return [controlledEstimate({ credit, given, rest, hard, p }), formula];
    };
    const { cpu, other } = await onBothBackends(compute);
    expect(other[0]!.values).toBeAllClose(cpu[1]!.values, { absolute: 2e-6 });
    expect(cpu[0]!.values).toBeAllClose(cpu[1]!.values, { absolute: 1e-6 });
  });

  test('its gradients, by the gradient of its formula', async () => {
    const compute = (): Tensor[] => {
      const { credit, given, rest, hard, p } = parts(shape);
      const dy = normal(fold(key, 'dy'), shape);
      const own = tf.grads((weights: Tensor, slopes: Tensor) =>
        controlledEstimate({ credit: weights, given: slopes, rest, hard, p }),
      )([credit, given], dy);
      const plain = tf.grads((weights: Tensor, slopes: Tensor) => {
        const path = tf.mul(rest, slopes);
        return tf.add(tf.mul(weights, tf.sub(hard, p)), tf.sub(path, tf.mul(p, tf.sum(path, 2, true))));
      })([credit, given], dy);
      return [...own, ...plain];
    };
    const { cpu, other } = await onBothBackends(compute);
    for (const found of [cpu, other]) {
      expect(found[0]!.values).toBeAllClose(cpu[2]!.values, { absolute: 5e-6 });
      expect(found[1]!.values).toBeAllClose(cpu[3]!.values, { absolute: 2e-6 });
      expect(found.map((tensor) => tensor.shape)).toEqual([[shape[0], 1, 1], shape, [shape[0], 1, 1], shape]);
    }
  });
});
