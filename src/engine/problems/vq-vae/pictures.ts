/** What a VQ-VAE makes of images, what its codes stand for, and what it makes up: as pictures. */
import * as tf from '@tensorflow/tfjs-core';
import type { PictureDefinition } from '../../core/capabilities.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import { sample } from '../../distributions/categorical.ts';
import type { ImageData } from '../../images/image-data.ts';
import { imagesPanel } from '../../images/image-panel.ts';
import { CHUNK, EVALUATION_KEY, judgedImages } from '../../images/judged-images.ts';
import { fold } from '../../random/key.ts';
import { gumbel } from '../../random/noise.ts';
import type { Panel, Picture } from '../../../shared/pictures/picture.ts';
import type { VqVaeConfig } from './config.ts';
import { codeUse, type HardCodes } from './hard-codes.ts';
import { mapShape, modelOf, type TrainedVqVae } from './trained-vq-vae.ts';

/** Images in a row. */
const COLUMNS = 12;
/** Images that are shown beside their reconstructions, the first of the test split. */
const SHOWN = 2 * COLUMNS;
/** Images that codes are counted on, the first of the validation split. */
const COUNTED = 2000;
/** Codes whose numbers, and images, are shown, the first of the codebook. */
const SHOWN_CODES = 64;
const MADE_UP = 2 * COLUMNS;

export const vqVaePictures: readonly PictureDefinition<VqVaeConfig, ImageData>[] = [
  {
    name: 'reconstructions',
    label: 'Reconstructions',
    help: 'Test images, their reconstructions after quantisation, and their code maps.',
    async draw(trained) {
      const { model, ...judged } = await modelOf(trained);
      const { data } = judged;
      const { config } = trained;
      const count = Math.min(SHOWN, data.test.count);
      const tensors = tf.tidy(() => {
        const x = judgedImages(judged, 'test', 0, count);
        const codes = model.encode(x);
        return [x, codes, model.decode(codes)];
      });
      const [given, maps, pixels] = (await Promise.all(
        tensors.map(async (tensor) => Array.from(await tensor.data())),
      )) as [number[], number[], number[]];
      tf.dispose(tensors);
      const { height, width } = data;
      const label = (n: number) => (data.test.labels === null ? '' : `${data.test.labels[n]}`);
      const numbers = Array.from({ length: count }, (_, n) => n);
      const rows = [...Map.groupBy(numbers, (n) => Math.floor(n / COLUMNS)).values()];
      const of = (from: readonly number[], n: number) =>
        from.slice(n * height * width, (n + 1) * height * width);
      const shape = mapShape(config.positions);
      return {
        note: `The first test images, each row above its reconstructions from the nearest codes. In the code maps, one colour is one code; positions of a dense encoder have no place in the image.`,
        facts: [],
        panels: [
          imagesPanel({
            title: 'Images and reconstructions',
            ...{ height, width, columns: COLUMNS },
            pixels: rows.flatMap((row) => [
              ...row.flatMap((n) => of(given, n)),
              ...row.flatMap((n) => of(pixels, n)),
            ]),
            captions: rows.flatMap((row) => [...row.map(label), ...row.map(() => '')]),
          }),
          {
            kind: 'images',
            title: 'Code maps',
            ...shape,
            channels: 'rgb',
            range: { from: 0, to: 1 },
            columns: COLUMNS,
            images: Array.from({ length: count }, (_, n) => ({
              caption: label(n),
              pixels: maps
                .slice(n * config.positions, (n + 1) * config.positions)
                .flatMap((code) => [...codeColour(code)]),
            })),
          },
        ],
      };
    },
  },
  {
    name: 'codebook',
    label: 'Codebook',
    help: 'How often each code is used, what images that have it look like, and its numbers.',
    draw: drawCodebook,
  },
  {
    name: 'samples',
    label: 'Samples',
    help: 'Images from codes that the learned prior draws, position after position.',
    async draw(trained) {
      const { model, data } = await modelOf(trained);
      const made = tf.tidy(() => model.decode(madeUp(model, trained.config, MADE_UP)));
      const pixels = Array.from(await made.data());
      made.dispose();
      const { height, width } = data;
      return {
        note: 'Codes are drawn from the prior, each given those before it, and decoded; the same noise at every step of every run.',
        facts: [],
        panels: [imagesPanel({ title: 'Samples', height, width, pixels, columns: COLUMNS })],
      };
    },
  },
];

async function drawCodebook(trained: TrainedVqVae, host: EngineHost): Promise<Picture> {
  const { model, ...judged } = await modelOf(trained);
  const { data } = judged;
  const { codes, codeSize, positions } = trained.config;
  const size = data.height * data.width;
  const images = Math.min(COUNTED, data.validation.count);
  const counts = new Array<number>(codes).fill(0);
  const sums = new Float64Array(codes * size);
  for (let from = 0; from < images; from += CHUNK) {
    const to = Math.min(images, from + CHUNK);
    const x = judgedImages(judged, 'validation', from, to);
    const own = model.encode(x);
    const [pixels, found] = [await x.data(), await own.data()];
    tf.dispose([x, own]);
    found.forEach((code, place) => {
      counts[code]! += 1;
      const image = Math.floor(place / positions);
      for (let i = 0; i < size; i++) sums[code * size + i]! += pixels[image * size + i]!;
    });
    await host.breathe();
  }
  const shown = Math.min(SHOWN_CODES, codes);
  const numbers = Array.from(await model.codebook.data());
  const { perplexity, used } = codeUse(counts);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const decoded = positions === 1 ? await decodedCodes(model, shown) : undefined;
  const all = Array.from({ length: shown }, (_, k) => k);
  return {
    note: `Counted on ${images} validation images. ${
      decoded === undefined
        ? 'A code is shown as the mean of the images that have it, at any position; what it draws depends on the other codes.'
        : 'A code is shown decoded.'
    }${shown < codes ? ` Images and numbers are of the first ${shown} codes.` : ''}`,
    facts: [
      { label: 'Perplexity', value: perplexity },
      { label: 'Used codes', value: used, unit: `of ${codes}` },
    ],
    panels: [
      usagePanel(counts.map((count) => count / total)),
      imagesPanel({
        title: decoded === undefined ? 'Images that have a code' : 'Codes decoded',
        ...{ height: data.height, width: data.width, columns: COLUMNS },
        pixels:
          decoded ??
          sums.subarray(0, shown * size).map((sum, i) => sum / Math.max(1, counts[Math.floor(i / size)]!)),
        captions: all.map((k) => (counts[k] === 0 ? `${k}, dead` : `${k}`)),
      }),
      {
        kind: 'matrix',
        title: 'Codes',
        rows: { label: 'Code', names: all.map((k) => `${k}`) },
        columns: { label: 'Number', names: Array.from({ length: codeSize }, (_, i) => `${i}`) },
        quantity: 'Value',
        values: all.map((k) => numbers.slice(k * codeSize, (k + 1) * codeSize)),
      },
    ],
  };
}

/** Shares by code; with many codes by how much they are used, the most used first. */
function usagePanel(shares: readonly number[]): Panel {
  return {
    kind: 'bars',
    title: 'Use of codes',
    x: { label: 'Code' },
    y: { label: 'Share of all positions', from: 0 },
    bins: { kind: 'names', names: shares.map((_, k) => `${k}`) },
    series: [{ label: 'Use', values: [...shares] }],
    thresholds: [{ axis: 'y', at: 1 / shares.length, label: 'even use' }],
  };
}

async function decodedCodes(model: HardCodes, shown: number): Promise<ArrayLike<number>> {
  const pixels = tf.tidy(() => model.decode(tf.reshape(tf.range(0, shown, 1, 'int32'), [shown, 1])));
  const found = await pixels.data();
  pixels.dispose();
  return found;
}

/** Codes from the prior, [count, M]. */
function madeUp({ prior }: HardCodes, { positions, codes }: VqVaeConfig, count: number): tf.Tensor2D {
  let map = tf.zeros<tf.Rank.R2>([count, positions], 'int32');
  for (let m = 0; m < positions; m++) {
    const own = tf.reshape(tf.slice(prior.logits(map), [0, m, 0], [count, 1, codes]), [count, codes]);
    const noise = gumbel(fold(fold(EVALUATION_KEY, 'prior'), m), [count, codes]);
    const drawn = tf.argMax(sample(own, noise), 1);
    const here = tf.oneHot(tf.fill([count], m, 'int32'), positions);
    map = tf.cast<tf.Tensor2D>(tf.add(map, tf.mul(tf.expandDims(drawn, 1), here)), 'int32');
  }
  return map;
}

/** Steps of the hue from code to code that keep any few of them apart: the golden angle. */
const TURN = 0.381966;

/** Red, green and blue of a code, in [0, 1]: neighbouring codes have colours that are far apart. */
function codeColour(code: number): readonly [number, number, number] {
  const hue = 6 * ((code * TURN) % 1);
  const light = [0.5, 0.75, 0.35][code % 3]!;
  const chroma = 0.65 * (1 - Math.abs(2 * light - 1));
  const channel = (offset: number) => {
    const place = (hue + offset) % 6;
    return light - chroma / 2 + chroma * Math.max(0, Math.min(1, Math.abs(place - 3) - 1));
  };
  return [channel(0), channel(4), channel(2)];
}
