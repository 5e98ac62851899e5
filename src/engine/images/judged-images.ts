/** Images as hard evaluations see them. */
import * as tf from '@tensorflow/tfjs-core';
import type { Split } from '../../shared/split.ts';
import { fold, rootKey } from '../random/key.ts';
import { binarized } from './binarize.ts';
import type { ImageData } from './image-data.ts';
import type { ImageBatches } from './minibatch.ts';

/** Of all that an evaluation draws: the same at every step of every run. */
export const EVALUATION_KEY = rootKey(20_261_129);
/** Images of a chunk. */
export const CHUNK = 250;

export interface JudgedData {
  readonly data: ImageData;
  readonly batches: ImageBatches;
}

/** Images `from` .. `to` - 1 of a split, [to - from, P]: pixels that training draws anew are drawn once, by the image's place. */
export function judgedImages(
  { data, batches }: JudgedData,
  split: Split,
  from: number,
  to: number,
): tf.Tensor2D {
  if (split !== 'train' || data.binarize !== 'stochastic') return batches.split(split, from, to);
  const size = data.height * data.width;
  const pixels = new Float32Array((to - from) * size);
  for (let n = from; n < to; n++) {
    const grey = data.train.pixels.slice(n * size, (n + 1) * size);
    pixels.set(binarized(grey, fold(fold(EVALUATION_KEY, 'binarise'), n)), (n - from) * size);
  }
  return tf.tensor2d(pixels, [to - from, size]);
}
