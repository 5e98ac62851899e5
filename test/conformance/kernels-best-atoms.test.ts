/** Values and gradients of the best atoms by our kernels: the bits of the operations one by one. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { BEST_INSIDE, BEST_SLOPE, bestInside, bestSlope } from '../../src/engine/kernels/best-atoms.ts';
import { bundleValues } from '../../src/engine/problems/menu-auction/relaxed-values.ts';
import type { AtomBatch } from '../../src/engine/problems/menu-auction/minibatch.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { normal, uniform } from '../../src/engine/random/noise.ts';
import { useTestBackend } from '../support/use-backend.ts';

const key = rootKey(61);

/** What `compute` gives on wasm with our kernels, and without them. */
async function withAndWithout(compute: () => tf.Tensor[]): Promise<[Float32Array[], Float32Array[]]> {
  await useTestBackend('wasm');
  const read = () => tf.tidy(() => compute().map((x) => x.dataSync<'float32'>().slice()));
  const own = read();
  const kernels = [BEST_INSIDE, BEST_SLOPE].map((name) => tf.getKernel(name, 'wasm'));
  for (const { kernelName } of kernels) tf.unregisterKernel(kernelName, 'wasm');
  try {
    return [own, read()];
  } finally {
    for (const kernel of kernels) tf.registerKernel(kernel);
  }
}

describe.each([
  { bundles: 9, items: 5, buyers: 3, atoms: 2 },
  { bundles: 4, items: 33, buyers: 30, atoms: 1 },
  { bundles: 130, items: 64, buyers: 7, atoms: 6 },
  { bundles: 3, items: 4, buyers: 5, atoms: 3 },
])(
  '$bundles bundles of $items items, $buyers buyers of $atoms atoms',
  ({ bundles, items, buyers, atoms }) => {
    const rows = buyers * atoms;

    test.each([0.2, 3])('values and their gradient, logits of %i', async (scale) => {
      const [own, plain] = await withAndWithout(() => {
        const chosen = tf.less<tf.Tensor2D>(
          uniform<tf.Rank.R2>(fold(key, 'wants'), [rows, items]),
          2 / items,
        );
        const wants = tf.cast(chosen, 'float32');
        // Every third atom as valuable as the next: ties. The last is padding.
        const drawn = tf.floor(tf.mul(uniform<tf.Rank.R2>(fold(key, 'values'), [1, rows]), 3));
        const values = tf.mul<tf.Tensor2D>(drawn, tf.cast(tf.less(tf.range(0, rows), rows - 1), 'float32'));
        const sizes = tf.reshape<tf.Rank.R2>(tf.sum(wants, 1), [1, rows]);
        const batch: AtomBatch = { kind: 'atoms', buyers, atoms, wants, sizes, values };
        const logits = tf.mul<tf.Tensor2D>(normal(fold(key, 'logits'), [bundles, items]), scale);
        const value = (x: tf.Tensor) => bundleValues(x as tf.Tensor2D, batch, 0.5);
        const dy = normal<tf.Rank.R2>(fold(key, 'dy'), [buyers, bundles]);
        return [value(logits), tf.grad(value)(logits, dy)];
      });
      expect(own).toEqual(plain);
      expect(Math.max(...own[0]!)).toBeGreaterThan(0);
    });

    test('slopes where some groups are tied to a hair', async () => {
      const [own, plain] = await withAndWithout(() => {
        const x = tf.neg(tf.abs(normal<tf.Rank.R2>(fold(key, 'x'), [bundles, rows])));
        const coarse = tf.div<tf.Tensor2D>(tf.round(tf.mul(x, 4)), 4);
        return [bestSlope(x, atoms, 1e5), bestSlope(coarse, atoms, 1e5), bestSlope(x, atoms, 100)];
      });
      expect(own).toEqual(plain);
    });
  },
);

test('nothing is known of a bundle with a logit that is no number', async () => {
  await useTestBackend('wasm');
  tf.tidy(() => {
    const logits = tf.tensor2d([1, 1, 1, -1, Number.NaN, 1, -1, -1], [4, 2]);
    const values = bestInside(logits, tf.tensor2d([1, 0], [1, 2]), tf.tensor2d([2], [1, 1]), 1);
    expect([...values!.dataSync()]).toEqual([2, 2, Number.NaN, 0]);
  });
});
