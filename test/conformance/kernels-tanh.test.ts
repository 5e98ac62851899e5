/** Our tanh on wasm has the bits of the backend's own, whatever the number. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { replacedKernel } from '../../src/engine/kernels/wasm/register.ts';
import { useTestBackend } from '../support/use-backend.ts';

beforeAll(() => useTestBackend('wasm'));

const bits = (values: Float32Array): Int32Array => new Int32Array(values.slice().buffer);

function ofBackend(x: tf.Tensor): Float32Array {
  const { kernelFunc } = replacedKernel(tf.Tanh)!;
  const info = kernelFunc({ inputs: { x }, attrs: {}, backend: tf.backend() }) as tf.TensorInfo;
  return tf.engine().makeTensorFromTensorInfo(info).dataSync<'float32'>();
}

function expectSameBits(numbers: Float32Array): void {
  tf.tidy(() => {
    const x = tf.tensor1d(numbers);
    const [ours, own] = [bits(tf.tanh(x).dataSync<'float32'>()), bits(ofBackend(x))];
    const differs = ours.findIndex((word, i) => word !== own[i]);
    const said =
      differs < 0 ? '' : `tanh(${numbers[differs]!}): ${ours[differs]!} instead of ${own[differs]!}`;
    expect(said).toBe('');
  });
}

test('for 3 million numbers evenly among all bits, NaN with its payloads among them', () => {
  const PARTS = 3;
  const COUNT = 2 ** 20;
  for (let part = 0; part < PARTS; part++) {
    const words = Uint32Array.from({ length: COUNT }, (_, i) => (part * COUNT + i) * 1365);
    expectSameBits(new Float32Array(words.buffer));
  }
});

test('around every number at which the C library takes another branch, with either sign, and for zeros and subnormal numbers', () => {
  const branches = [0x0, 0x1, 0x00800000, 0x32800000, 0x33000000, 0x3e317218, 0x3e82c578, 0x3eb17218];
  branches.push(0x3f051592, 0x3f0c9f54, 0x3f851592, 0x4195b844, 0x41200000, 0x7f800000);
  const near = branches.flatMap((word) => Array.from({ length: 4001 }, (_, i) => word + i - 2000));
  const words = near.flatMap((word) => [word & 0x7fffffff, word | 0x80000000]);
  expectSameBits(new Float32Array(Int32Array.from(words).buffer));
});

test.each([1, 3, 4, 5, 15, 16, 17, 31, 66])('for %i numbers', (count) => {
  expectSameBits(Float32Array.from({ length: count }, (_, i) => (i - count / 3) * 0.37));
});
