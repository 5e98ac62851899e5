/** The likelihood of sequences by one-hot vectors and by the numbers of their tokens: the same value and the same gradients. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  createGenerator,
  generatorOf,
  nllPerToken,
  nllPerTokenNumbers,
} from '../../src/engine/problems/text-gan/generator.ts';
import { textGanConfigSchema } from '../../src/engine/problems/text-gan/config.ts';
import { randomIntegers } from '../../src/engine/random/fill.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';

test.each([
  ['gru', 4],
  ['lstm', 4],
  ['gru', 1],
] as const)('%s, %i tokens', (cell, length) => {
  const [symbols, rows, key] = [7, 3, rootKey(5)];
  const config = textGanConfigSchema.parse({ cell });
  const parameters = createGenerator(config, symbols, key);
  tf.tidy(() => {
    const tokens = tf.tensor1d(randomIntegers(fold(key, 'tokens'), length * rows, symbols), 'int32');
    const oneHot = tf.split<tf.Tensor2D>(tf.oneHot(tokens, symbols, 1, 0, 'float32'), length, 0);
    const found = [
      () => nllPerToken(generatorOf(config, parameters), oneHot),
      () => nllPerTokenNumbers(generatorOf(config, parameters), tokens, rows),
    ].map((nll) => {
      const { value, grads } = tf.variableGrads(() => tf.sum<tf.Scalar>(nll()), Object.values(parameters));
      return { value: value.dataSync()[0]!, grads };
    });
    const [byVectors, byNumbers] = found as [(typeof found)[0], (typeof found)[0]];
    expect(byNumbers.value).toBeCloseTo(byVectors.value, 4);
    expect(Object.keys(byNumbers.grads)).toEqual(Object.keys(byVectors.grads));
    for (const [name, gradient] of Object.entries(byVectors.grads)) {
      expect(byNumbers.grads[name]!.dataSync()).toBeAllClose(gradient.dataSync(), {
        absolute: 2e-6,
        relative: 1e-4,
      });
    }
  });
  tf.dispose(Object.values(parameters));
});
