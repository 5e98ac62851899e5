/** The hyperbolic tangent in SIMD against the kernel of the wasm backend that it replaces: the same bits. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, expect, test } from 'vitest';
import { replacedKernel } from '../../src/engine/kernels/wasm/register.ts';
import { useTestBackend } from '../support/use-backend.ts';

beforeEach(() => useTestBackend('wasm'));

/** Bits of tanh of floats of these bits, every NaN as one: by our kernel and by the backend's own. */
function bothOf(bits: Int32Array<ArrayBuffer>): { readonly ours: Int32Array; readonly own: Int32Array } {
  const x = tf.tensor1d(new Float32Array(bits.buffer));
  const read = (kernel: tf.KernelConfig | undefined): Int32Array => {
    const call = { inputs: { x }, backend: tf.engine().backend, attrs: {} };
    const y = tf.engine().makeTensorFromTensorInfo(kernel!.kernelFunc(call) as tf.TensorInfo);
    const values = Float32Array.from(y.dataSync(), (value) => (Number.isNaN(value) ? NaN : value));
    y.dispose();
    return new Int32Array(values.buffer);
  };
  const both = { ours: read(tf.getKernel('Tanh', 'wasm')), own: read(replacedKernel('Tanh')) };
  x.dispose();
  return both;
}

test('at every 1021st float32, NaN, infinities and subnormal numbers among them', () => {
  const chunk = 2 ** 18;
  for (let first = -(2 ** 31); first < 2 ** 31; first += 1021 * chunk) {
    const { ours, own } = bothOf(Int32Array.from({ length: chunk }, (_, i) => first + 1021 * i));
    expect(ours.every((bits, i) => bits === own[i])).toBe(true);
  }
});

test.each([0x00800000, 0x3e82c578, 0x3f0c9f54, 0x3f1db76c, 0x40f5ab6d, 0x41200000, 0x7f800000])(
  'around %i, where either goes another way',
  (middle) => {
    const { ours, own } = bothOf(Int32Array.from({ length: 4096 }, (_, i) => middle - 2048 + i));
    expect(ours).toEqual(own);
  },
);

test.each([1, 3, 4, 5, 7, 8, 9])('%i numbers', (count) => {
  const values = Float32Array.from({ length: count }, (_, i) => i / 2 - 1);
  const { ours, own } = bothOf(new Int32Array(values.buffer));
  expect(ours).toEqual(own);
});
