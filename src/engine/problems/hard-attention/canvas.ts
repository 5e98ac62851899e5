/**
 * Canvases: an image in one of the patches of a grid, or off it by some pixels, among pieces of other images. Where two overlap,
 * the brighter pixel is seen.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Split } from '../../../shared/split.ts';
import { binarized } from '../../images/binarize.ts';
import type { ImageData } from '../../images/image-data.ts';
import { fold, rootKey, type Key } from '../../random/key.ts';
import { draws, type Draws } from '../../random/draws.ts';
import { randomIntegers } from '../../random/fill.ts';
import { patchesOf, type HardAttentionConfig } from './config.ts';

export interface Canvases {
  readonly count: number;
  /** Patch after patch, each by rows from the top left: [count, P, height width of an image]. */
  readonly patches: Float32Array;
  /** [count, P]: 1 where the patch has a pixel of the rectangle that the image lies in. */
  readonly touches: Uint8Array;
  /** [count]: the patch with most of that rectangle, the first of several. */
  readonly home: Int32Array;
}

/** Of all canvases that are judged: the same at every step of every run. */
const CANVAS_KEY = rootKey(20_261_130);

type Layout = Pick<HardAttentionConfig, 'cells' | 'jitter' | 'clutter' | 'pieceSide'>;

/** Canvases of some training images, drawn anew. @param rows numbers of the images */
export function drawCanvases(layout: Layout, data: ImageData, rows: Int32Array, key: Key): Canvases {
  const random = draws(fold(key, 'canvas'));
  const canvases = composed(layout, data, 'train', rows, () => random);
  if (data.binarize !== 'stochastic') return canvases;
  return { ...canvases, patches: binarized(canvases.patches, fold(key, 'binarise')) };
}

/** Canvases of images `from` .. `to` - 1 of a split: each has one, whoever asks. */
export function judgedCanvases(
  layout: Layout,
  data: ImageData,
  split: Split,
  from: number,
  to: number,
): Canvases {
  const rows = Int32Array.from({ length: to - from }, (_, n) => from + n);
  const key = fold(CANVAS_KEY, split);
  const canvases = composed(layout, data, split, rows, (row) => draws(fold(key, row)));
  if (data.binarize !== 'stochastic' || split !== 'train') return canvases;
  const size = canvases.patches.length / rows.length;
  const patches = new Float32Array(canvases.patches.length);
  rows.forEach((row, n) => {
    const grey = canvases.patches.slice(n * size, (n + 1) * size);
    patches.set(binarized(grey, fold(fold(key, 'binarise'), row)), n * size);
  });
  return { ...canvases, patches };
}

function composed(
  layout: Layout,
  data: ImageData,
  split: Split,
  rows: Int32Array,
  randomOf: (row: number) => Draws,
): Canvases {
  const { height, width } = data;
  const count = rows.length;
  const places = patchesOf(layout);
  const size = places * height * width;
  const patches = new Float32Array(count * size);
  const touches = new Uint8Array(count * places);
  const home = new Int32Array(count);
  rows.forEach((row, n) => {
    const random = randomOf(row);
    const canvas = { ...layout, height, width, into: patches.subarray(n * size, (n + 1) * size) };
    const top = placed(layout, height, random);
    const left = placed(layout, width, random);
    paste(canvas, imageOf(data, split, row), {
      top,
      left,
      fromTop: 0,
      fromLeft: 0,
      high: height,
      wide: width,
    });
    for (let piece = 0; piece < layout.clutter; piece++) strew(canvas, data, split, random);
    const shares = overlaps(layout, top, left, height, width);
    shares.forEach((share, p) => (touches[n * places + p] = Number(share > 0)));
    home[n] = shares.indexOf(Math.max(...shares));
  });
  return { count, patches, touches, home };
}

/** Where an image begins along one axis. */
function placed({ cells, jitter }: Layout, side: number, random: Draws): number {
  const cell = random.integer(cells) * side;
  const off = jitter === 0 ? 0 : random.integer(2 * jitter + 1) - jitter;
  return Math.min(Math.max(0, cell + off), (cells - 1) * side);
}

function imageOf({ height, width, ...data }: ImageData, split: Split, row: number): Float32Array {
  return data[split].pixels.subarray(row * height * width, (row + 1) * height * width);
}

interface Canvas extends Layout {
  readonly height: number;
  readonly width: number;
  readonly into: Float32Array;
}

interface Piece {
  /** On the canvas. */
  readonly top: number;
  readonly left: number;
  /** In the image that it is cut from. */
  readonly fromTop: number;
  readonly fromLeft: number;
  readonly high: number;
  readonly wide: number;
}

function strew(canvas: Canvas, data: ImageData, split: Split, random: Draws): void {
  const { cells, pieceSide, height, width } = canvas;
  const high = Math.max(1, Math.round(pieceSide * height));
  const wide = Math.max(1, Math.round(pieceSide * width));
  paste(canvas, imageOf(data, split, random.integer(data[split].count)), {
    top: random.integer(cells * height - high + 1),
    left: random.integer(cells * width - wide + 1),
    fromTop: random.integer(height - high + 1),
    fromLeft: random.integer(width - wide + 1),
    high,
    wide,
  });
}

function paste(canvas: Canvas, image: Float32Array, piece: Piece): void {
  const { width, into } = canvas;
  for (let y = 0; y < piece.high; y++) {
    for (let x = 0; x < piece.wide; x++) {
      const at = indexOf(canvas, piece.top + y, piece.left + x);
      const value = image[(piece.fromTop + y) * width + piece.fromLeft + x]!;
      if (value > into[at]!) into[at] = value;
    }
  }
}

/** Of a canvas's pixel among its patches. */
function indexOf({ cells, height, width }: Omit<Canvas, 'into'>, y: number, x: number): number {
  const patch = Math.floor(y / height) * cells + Math.floor(x / width);
  return (patch * height + (y % height)) * width + (x % width);
}

/** Pixels that each patch has of a rectangle of an image's size. */
function overlaps({ cells }: Layout, top: number, left: number, height: number, width: number): number[] {
  const along = (begin: number, at: number, side: number) =>
    Math.max(0, Math.min(begin + side, at + side) - Math.max(begin, at));
  return Array.from(
    { length: cells ** 2 },
    (_, p) => along(top, Math.floor(p / cells) * height, height) * along(left, (p % cells) * width, width),
  );
}

/** @param patches of one canvas, [P, height width] */
export function patchPixel(
  patches: Float32Array,
  { height, width }: Pick<ImageData, 'height' | 'width'>,
  patch: number,
  y: number,
  x: number,
): number {
  return patches[(patch * height + y) * width + x]!;
}

/** The patch of each canvas that `given` shows, [B]: a random one, or that of the image. */
export function givenPlaces(
  kind: HardAttentionConfig['attention']['kind'],
  { count, home }: Canvases,
  places: number,
  key: Key,
): Int32Array {
  return kind === 'random' ? randomIntegers(key, count, places) : home;
}

/** What is seen where nothing is to be chosen, [B, P]. @param shown of `givenPlaces` */
export function given(kind: 'random' | 'oracle' | 'whole', shown: tf.Tensor1D, places: number): tf.Tensor2D {
  if (kind === 'whole') return tf.fill<tf.Rank.R2>([shown.size, places], 1 / places);
  return tf.oneHot(shown, places, 1, 0, 'float32') as tf.Tensor2D;
}

export function labelsOf(
  data: ImageData,
  split: 'train' | 'validation' | 'test',
  rows: Int32Array,
): Int32Array {
  return rows.map((row) => data[split].labels![row]!);
}

/** Canvases on the backend: patches [B, P, pixels], labels [B]. */
export function asTensors(
  { count, patches }: Canvases,
  { height, width }: Pick<ImageData, 'height' | 'width'>,
  places: number,
  labels: Int32Array,
): { readonly patches: tf.Tensor3D; readonly labels: tf.Tensor1D } {
  return {
    patches: tf.tensor3d(patches, [count, places, height * width]),
    labels: tf.tensor1d(labels, 'int32'),
  };
}
