/** Images as tensors: random minibatches of the training images, and splits in order. */
import * as tf from '@tensorflow/tfjs-core';
import type { Split } from '../../shared/split.ts';
import { drawnTensors } from '../random/drawn-tensors.ts';
import { randomIntegers } from '../random/fill.ts';
import { fold, type Key } from '../random/key.ts';
import { binarized } from './binarize.ts';
import type { ImageData } from './image-data.ts';

export interface ImageBatch {
  /** [B, height * width] */
  readonly x: tf.Tensor2D;
  /** [B], int32; null where the images have none. */
  readonly labels: tf.Tensor1D | null;
}

export interface ImageBatches {
  /** Images drawn with replacement: their numbers of `fold(key, 'rows')`; their pixels, where those are drawn anew, of `fold(key, 'binarise')`. */
  minibatch(key: Key, batch: number): ImageBatch;
  /** Images `from` .. `to` - 1 of a split, [to - from, height * width]. */
  split(split: Split, from: number, to: number): tf.Tensor2D;
}

/** The caller's tape or tidy owns the tensors; on every backend they are the same bits. */
export function imageBatches(data: ImageData): ImageBatches {
  const size = data.height * data.width;
  const { count, pixels, labels } = data.train;
  return {
    minibatch(key, batch) {
      return drawnTensors(key, (own) => {
        const rows = randomIntegers(fold(own, 'rows'), batch, count);
        const grey = new Float32Array(batch * size);
        rows.forEach((row, b) => grey.set(pixels.subarray(row * size, (row + 1) * size), b * size));
        const x = data.binarize === 'stochastic' ? binarized(grey, fold(own, 'binarise')) : grey;
        return {
          x: [x, [batch, size]],
          labels: labels === null ? null : [rows.map((row) => labels[row]!), [batch]],
        };
      });
    },
    split(split, from, to) {
      return tf.tensor2d(data[split].pixels.slice(from * size, to * size), [to - from, size]);
    },
  };
}
