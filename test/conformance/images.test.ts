/** Minibatches of images: the same bits on both backends, and as often 1 as their grey values say. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import type { Binarize, ImageData, ImageSplit } from '../../src/engine/images/image-data.ts';
import { imageBatches } from '../../src/engine/images/minibatch.ts';
import { randomIntegers } from '../../src/engine/random/fill.ts';
import { fold, rootKey, type Key } from '../../src/engine/random/key.ts';

/** Three images of two pixels. */
const GREY = [0, 0.25, 0.5, 0.75, 1, 0.1];
const images: ImageSplit = {
  count: 3,
  pixels: Float32Array.from(GREY),
  labels: Uint8Array.of(2, 0, 1),
};

const data = (binarize: Binarize): ImageData => ({
  height: 1,
  width: 2,
  classes: 3,
  entropy: null,
  source: 'three images',
  binarize,
  train: images,
  validation: images,
  test: images,
});

/** Numbers of the images in a minibatch. */
const rowsOf = (key: Key, batch: number) => randomIntegers(fold(key, 'rows'), batch, images.count);

it('has the pixels and the label of each row that is drawn, all equally often', () => {
  const batch = tf.tidy(() => {
    const { x, labels } = imageBatches(data('none')).minibatch(rootKey(1), 3000);
    return { x: x.arraySync(), rows: [...rowsOf(rootKey(1), 3000)], labels: labels?.arraySync() };
  });
  batch.rows.forEach((row, b) => {
    expect(batch.x[b]).toEqual([...images.pixels.subarray(2 * row, 2 * row + 2)]);
    expect(batch.labels![b]).toBe(images.labels![row]);
  });
  // 1000 of each, standard error 25.8: five of them, failure rate 2e-6 for a seed.
  for (const row of [0, 1, 2])
    expect(Math.abs(batch.rows.filter((other) => other === row).length - 1000)).toBeLessThan(129);
});

it('draws pixels anew in each minibatch, with their grey values as means', () => {
  const batches = imageBatches(data('stochastic'));
  const draw = (step: number) =>
    tf.tidy(() => {
      const key = fold(rootKey(2), step);
      return { x: batches.minibatch(key, 8000).x.arraySync(), rows: rowsOf(key, 8000) };
    });
  const first = draw(0);
  expect(draw(0)).toEqual(first);
  expect(draw(1).x).not.toEqual(first.x);
  expect(first.x.flat().every((value) => value === 0 || value === 1)).toBe(true);
  GREY.forEach((grey, place) => {
    const own = first.x.filter((_, b) => first.rows[b] === Math.floor(place / 2));
    const mean = own.reduce((sum, pixels) => sum + pixels[place % 2]!, 0) / own.length;
    // Five standard errors; exact where the grey value is 0 or 1.
    const bound = 5 * Math.sqrt((grey * (1 - grey)) / own.length);
    expect(Math.abs(mean - grey)).toBeLessThanOrEqual(bound);
  });
});

it('is the same on every backend', () => {
  const { x, rows } = tf.tidy(() => {
    const batch = imageBatches(data('stochastic')).minibatch(rootKey(3), 6);
    return { x: batch.x.arraySync(), rows: [...rowsOf(rootKey(3), 6)] };
  });
  expect({ x, rows }).toMatchInlineSnapshot(`
    {
      "rows": [
        2,
        0,
        0,
        0,
        0,
        2,
      ],
      "x": [
        [
          1,
          0,
        ],
        [
          0,
          1,
        ],
        [
          0,
          0,
        ],
        [
          0,
          0,
        ],
        [
          0,
          0,
        ],
        [
          1,
          0,
        ],
      ],
    }
  `);
});

it('gives a split in order', () => {
  expect(tf.tidy(() => imageBatches(data('stochastic')).split('test', 1, 3).arraySync())).toEqual([
    [0.5, 0.75],
    [1, expect.closeTo(0.1, 6) as number],
  ]);
});

it('keeps no tensors', () => {
  const before = tf.memory().numTensors;
  const batches = imageBatches(data('fixed'));
  tf.tidy(() => {
    batches.minibatch(rootKey(4), 5);
  });
  expect(tf.memory().numTensors).toBe(before);
});
