/** What many bundles are worth to a minibatch, some of the bundles at a time. */
import * as tf from '@tensorflow/tfjs-core';
import type { Minibatch } from './minibatch.ts';
import { bundleValues, hardBundleValues } from './relaxed-values.ts';

/** Numbers of a [bundles, buyers' atoms] tensor made at a time: `bundleValues` holds several of them. */
const CHUNK = 2 ** 22;

/**
 * logits [A, m] -> v [A, B] of the bundles of positive logits.
 * @param bundleTemperature of the gradient (`bundleValues`); null: none is wanted
 */
export function chunkedValues(
  logits: tf.Tensor2D,
  batch: Minibatch,
  bundleTemperature: number | null,
  chunk = CHUNK,
): tf.Tensor2D {
  const [bundles, items] = logits.shape;
  const columns = batch.kind === 'atoms' ? batch.buyers * batch.atoms : batch.values.shape[0];
  const rows = Math.max(1, Math.floor(chunk / columns));
  const parts: tf.Tensor2D[] = [];
  for (let from = 0; from < bundles; from += rows) {
    const size = Math.min(rows, bundles - from);
    const own =
      bundles <= rows ? logits : tf.slice<tf.Rank.R2, tf.Tensor2D>(logits, [from, 0], [size, items]);
    const values =
      bundleTemperature === null ? hardBundleValues(own, batch) : bundleValues(own, batch, bundleTemperature);
    parts.push(tf.transpose(values));
  }
  return parts.length === 1 ? parts[0]! : tf.concat(parts, 0);
}
