/** What a Gaussian VAE has learned, to look at: its space of codes, what the decoder makes of it, and what becomes of images. */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { counted } from '../../../shared/counted.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ImagesPanel } from '../../../shared/pictures/images.ts';
import { pictureSchema, type Picture } from '../../../shared/pictures/picture.ts';
import type { PointsPanel } from '../../../shared/pictures/points.ts';
import { splitSchema, splitWords, type Split } from '../../../shared/split.ts';
import { defineQuestion, type Trained } from '../../core/capabilities.ts';
import type { ImageData } from '../../images/image-data.ts';
import { imagesPanel } from '../../images/image-panel.ts';
import { judgedImages } from '../../images/judged-images.ts';
import { imageBatches } from '../../images/minibatch.ts';
import { fold, rootKey } from '../../random/key.ts';
import { normal } from '../../random/noise.ts';
import type { GaussianVaeConfig } from './config.ts';
import { variances } from './evaluate.ts';
import { networksOf, type VaeNetworks, type VaeParameters } from './networks.ts';

/** Codes that are drawn as points. */
const POINTS = 1000;
/** Codes along a side of the grid that is decoded, and how far it reaches from 0: 97 % of either number of the prior. */
const GRID = 12;
const REACH = 2.2;
/** Images with their reconstructions, and samples of the prior. */
const IMAGES = 16;
/** Pixels of one panel. */
const MOST_PIXELS = 2 ** 19;
/** Of the samples: the same in every picture. */
const KEY = fold(rootKey(0), 'latent-space');
/** Enough for a picture of any size. */
const DIGITS = 5;

type TrainedVae = Trained<GaussianVaeConfig, ImageData>;

/** A trained VAE with what is needed to draw it. */
interface Drawn {
  readonly data: ImageData;
  readonly networks: VaeNetworks;
}

async function drawnOf(trained: TrainedVae): Promise<Drawn> {
  const { parameters } = await trained.instance();
  return { data: await trained.data(), networks: networksOf(trained.config, parameters) };
}

export async function drawLatentSpace(
  config: GaussianVaeConfig,
  parameters: VaeParameters,
  data: ImageData,
): Promise<Picture> {
  const drawn: Drawn = { data, networks: networksOf(config, parameters) };
  const { latents } = drawn.networks;
  const codes = await codesOf(drawn);
  const spread = variances(codes, latents);
  const [across, up] = latents === 1 ? [0, undefined] : twoWidest(spread);
  const second = up === undefined ? '' : ` and z${up}`;
  const others = latents > 2 ? ' All other numbers are 0.' : '';
  return {
    note: `The codes are means of q(z | x) of validation images. The grid is of z${across}${second}, from \u2212${REACH} to ${REACH}.${others}`,
    facts: spread.slice(0, 2).map((variance, d) => ({ label: `Variance of z${d}`, value: variance })),
    panels: [
      codePoints(codes, drawn, across, up),
      await manifold(drawn, across, up),
      await reconstructions(drawn),
      await samples(drawn),
    ],
  };
}

/** Means of q(z | x) of the first validation images, [N, D]. */
async function codesOf({ data, networks }: Drawn): Promise<Float32Array> {
  const count = Math.min(POINTS, data.validation.count);
  const means = tf.tidy(() => networks.encode(imageBatches(data).split('validation', 0, count)).mean);
  const codes = await means.data<'float32'>();
  means.dispose();
  return codes;
}

/** The numbers whose means vary most, in order. */
function twoWidest(spread: readonly number[]): [number, number] {
  const [first, second] = spread
    .map((variance, d) => [variance, d] as const)
    .sort(([a], [b]) => b - a)
    .slice(0, 2)
    .map(([, d]) => d)
    .sort((a, b) => a - b);
  return [first!, second!];
}

function codePoints(
  codes: Float32Array,
  { data, networks: { latents } }: Drawn,
  across: number,
  up: number | undefined,
): PointsPanel {
  const { labels } = data.validation;
  const count = codes.length / latents;
  const rounded = (value: number) => Number(value.toPrecision(DIGITS));
  return {
    kind: 'points',
    title: 'Codes of validation images',
    x: { label: `z${across}` },
    y: { label: up === undefined ? 'image' : `z${up}` },
    classes: Array.from({ length: data.classes }, (_, label) => ({ label: String(label) })),
    points: Array.from({ length: count }, (_, n) => ({
      x: rounded(codes[n * latents + across]!),
      y: up === undefined ? n : rounded(codes[n * latents + up]!),
      ...(labels !== null && { class: labels[n]! }),
    })),
    asks: {
      question: 'decode',
      label: 'Decode a point',
      x: 'x',
      ...(up === undefined ? { input: { across } } : { y: 'y', input: { across, up } }),
    },
  };
}

/** Rows from the top are of the largest z[up] to the smallest. */
async function manifold(drawn: Drawn, across: number, up: number | undefined): Promise<ImagesPanel> {
  const { latents } = drawn.networks;
  const side = Math.max(2, Math.min(GRID, Math.floor(Math.sqrt(MOST_PIXELS / pixelsOf(drawn.data)))));
  const at = (i: number) => REACH * ((2 * i) / (side - 1) - 1);
  const rows = up === undefined ? 1 : side;
  const codes = Array.from({ length: rows * side }, (_, n) => {
    const code = new Array<number>(latents).fill(0);
    code[across] = at(n % side);
    if (up !== undefined) code[up] = -at(Math.floor(n / side));
    return code;
  });
  return decodedPanel('What the decoder makes of a grid of codes', drawn, codes, side);
}

async function samples(drawn: Drawn): Promise<ImagesPanel> {
  const count = Math.min(IMAGES, Math.max(1, Math.floor(MOST_PIXELS / pixelsOf(drawn.data))));
  const codes = tf.tidy(() => normal<tf.Rank.R2>(KEY, [count, drawn.networks.latents]).arraySync());
  return decodedPanel('Samples of the prior', drawn, codes, IMAGES / 2);
}

function pixelsOf({ height, width }: ImageData): number {
  return height * width;
}

async function decodedPanel(
  title: string,
  { data: { height, width }, networks }: Drawn,
  codes: readonly (readonly number[])[],
  columns: number,
): Promise<ImagesPanel> {
  const means = tf.tidy(() =>
    networks.pixelMeans(networks.decode(tf.tensor2d(codes.map((code) => [...code])))),
  );
  const pixels = await means.data();
  means.dispose();
  return imagesPanel({ title, height, width, pixels, columns });
}

/** Rows of images with their labels, and below each row what the decoder makes of the means of their codes. */
async function reconstructions({ data, networks }: Drawn): Promise<ImagesPanel> {
  const { height, width, validation } = data;
  const size = height * width;
  const columns = IMAGES / 2;
  const count = Math.min(IMAGES, validation.count, Math.max(1, Math.floor(MOST_PIXELS / size / 2)));
  const shown = tf.tidy(() => {
    const x = imageBatches(data).split('validation', 0, count);
    const again = networks.pixelMeans(networks.decode(networks.encode(x).mean));
    const rows: tf.Tensor2D[] = [];
    for (let from = 0; from < count; from += columns) {
      const own = Math.min(columns, count - from);
      rows.push(tf.slice(x, [from, 0], [own, size]), tf.slice(again, [from, 0], [own, size]));
    }
    return tf.concat(rows, 0);
  });
  const pixels = await shown.data();
  shown.dispose();
  const captions: string[] = [];
  for (let from = 0; from < count; from += columns) {
    const labels = [...(validation.labels?.subarray(from, Math.min(from + columns, count)) ?? [])];
    captions.push(...labels.map(String), ...labels.map(() => ''));
  }
  const title = 'Validation images, each above its reconstruction';
  return imagesPanel({ title, height, width, pixels, captions, columns: Math.min(columns, count) });
}

/** Of one image: its pixels and those of its reconstruction, mean and deviations of q(z | x), and the ELBO at that mean. */
async function encoded({ data, networks }: Drawn, split: Split, image: number) {
  const judged = { data, batches: imageBatches(data) };
  const tensors = tf.tidy(() => {
    const x = judgedImages(judged, split, image, image + 1);
    const { mean, deviations, kl } = networks.encode(x);
    const decoded = networks.decode(mean);
    const elbo = tf.sub(networks.logLikelihood(x, decoded), kl());
    return [tf.concat([x, networks.pixelMeans(decoded)]), mean, deviations(), elbo];
  });
  const [pixels, mean, deviations, elbo] = await Promise.all(
    tensors.map(async (tensor) => tensor.data<'float32'>()),
  );
  tf.dispose(tensors);
  return { pixels: pixels!, mean: mean!, deviations: deviations!, elbo: elbo![0]! };
}

const latent = z.int().nonnegative();
const place = z.number().min(-1e6).max(1e6).default(0);

export const latentQuestions = [
  defineQuestion({
    name: 'decode',
    label: 'Decode a point',
    help: 'What the decoder makes of a code: two of its numbers are yours, all others are 0.',
    input: z.strictObject({
      x: place.describe('First number').meta({ slider: { from: -4, to: 4, scale: 'linear' } }),
      y: place.describe('Second number').meta({ slider: { from: -4, to: 4, scale: 'linear' } }),
      across: latent.default(0).describe('Which number of the code the first is, from 0'),
      up: latent
        .default(1)
        .describe('Which number of the code the second is, from 0; unused with one latent'),
    }),
    output: pictureSchema,
    async answer(trained: TrainedVae, { x, y, across, up }): Promise<Picture> {
      const { latents } = trained.config;
      const [path, beyond] = across >= latents ? ['across', across] : ['up', up];
      if (beyond >= Math.max(2, latents)) {
        throw new AppError(
          'validation',
          `${path}: a code has ${counted(latents, 'number')}, counted from 0, and no number ${beyond}`,
          { path },
        );
      }
      const code = new Array<number>(latents).fill(0);
      if (up < latents) code[up] = y;
      code[across] = x;
      const panel = await decodedPanel('Decoded', await drawnOf(trained), [code], 1);
      const prior = code.reduce((sum, value) => sum + value * value, 0);
      return {
        note: '',
        facts: [{ label: 'Distance from 0', value: Math.sqrt(prior) }],
        panels: [panel],
      };
    },
  }),
  defineQuestion({
    name: 'encode',
    label: 'Encode an image',
    help: "The code of an image of the run's data, and what the decoder makes of it.",
    input: z.strictObject({
      split: splitSchema.default('test').describe('Split of the image'),
      image: z.int().nonnegative().default(0).describe('Its number in the split, from 0'),
    }),
    output: pictureSchema,
    async answer(trained: TrainedVae, { split, image }): Promise<Picture> {
      const drawn = await drawnOf(trained);
      const { data, networks } = drawn;
      const { height, width } = data;
      const { count, labels } = data[split];
      if (image >= count) {
        throw new AppError(
          'validation',
          `image: there are ${counted(count, `${splitWords[split]} image`)}, numbered from 0, and no image ${image}`,
          { path: 'image' },
        );
      }
      const { pixels, mean, deviations, elbo } = await encoded(drawn, split, image);
      return {
        note: '',
        facts: [
          ...(labels === null ? [] : [{ label: 'Label', value: labels[image]! }]),
          { label: 'ELBO at the mean of the code', value: elbo },
        ],
        panels: [
          imagesPanel({
            title: 'Image and reconstruction',
            height,
            width,
            pixels,
            captions: ['image', 'reconstruction'],
            columns: 2,
          }),
          {
            kind: 'table',
            title: 'Code',
            columns: ['Number', 'Mean', 'Deviation'],
            rows: Array.from({ length: networks.latents }, (_, d) => [`z${d}`, mean[d]!, deviations[d]!]),
          },
        ],
      };
    },
  }),
];
