/** Trains a cell from scratch and looks at what it has learned. */
import { fillUniform, randomIntegers } from '../../random/fill.ts';
import { fold, rootKey, type Key } from '../../random/key.ts';
import type { ImageData, ImageSplit } from '../../images/image-data.ts';
import type { Split } from '../../../shared/split.ts';
import { edgesOf, type Cell, type Operation } from './cell.ts';
import {
  cellScores,
  layoutOf,
  logLikelihoodGradient,
  type CellNetwork,
  type Layout,
  type Mix,
  type Place,
} from './cell-network.ts';
import type { ArchitectureSearchConfig } from './config.ts';

/** The part of a config that says what a cell is and how it is trained; the same for all runs of a comparison. */
export type CellSettings = Pick<ArchitectureSearchConfig, 'nodes' | 'operations' | 'features' | 'retrain'>;

/** Images, and what cells are made of. */
export interface SearchData {
  readonly images: ImageData;
  readonly settings: CellSettings;
}

/** Of all images of each split. */
export type Accuracies = Readonly<Record<Split, number>>;

export function networkOf({ images, settings }: SearchData, mixes: readonly Mix[]): CellNetwork {
  const { nodes, features } = settings;
  const { height, width, classes } = images;
  return { pixels: height * width, features, classes, nodes, edges: edgesOf(nodes), mixes };
}

/** A cell as a network: one operation on each edge. */
function chosenMixes(cell: Cell, operations: readonly Operation[]): Mix[] {
  return cell.map((place) => [{ operation: operations[place]!, weight: 1 }]);
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** Accuracies after `settings.retrain` steps of Adam from weights of its seed. */
export function trainCell(data: SearchData, cell: Cell): Accuracies {
  const { images, settings } = data;
  const { steps, batch, rate, seed } = settings.retrain;
  const network = networkOf(data, chosenMixes(cell, settings.operations));
  const layout = layoutOf(network);
  const key = fold(rootKey(seed), 'cell');
  const parameters = initialParameters(layout, fold(key, 'init'));
  const { pixels, labels, count } = images.train;
  const x = new Float64Array(batch * network.pixels);
  const [first, second] = [new Float64Array(layout.size), new Float64Array(layout.size)];
  for (let step = 0; step < steps; step++) {
    const rows = randomIntegers(fold(key, step), batch, count);
    rows.forEach((row, b) =>
      x.set(pixels.subarray(row * network.pixels, (row + 1) * network.pixels), b * network.pixels),
    );
    const batchLabels = Array.from(rows, (row) => labels![row]!);
    const { gradient } = logLikelihoodGradient(network, layout, parameters, x, batchLabels);
    const size = (rate * (1 + Math.cos((Math.PI * step) / steps))) / 2;
    const [unbias1, unbias2] = [1 - BETA1 ** (step + 1), 1 - BETA2 ** (step + 1)];
    for (let i = 0; i < layout.size; i++) {
      const slope = gradient[i]!;
      first[i] = BETA1 * first[i]! + (1 - BETA1) * slope;
      second[i] = BETA2 * second[i]! + (1 - BETA2) * slope * slope;
      parameters[i]! += (size * (first[i]! / unbias1)) / (Math.sqrt(second[i]! / unbias2) + EPSILON);
    }
  }
  const of = (split: Split) => accuracyOf(network, layout, parameters, images[split]);
  return { train: of('train'), validation: of('validation'), test: of('test') };
}

/** Uniform weights as of `createDense`, biases 0. */
function initialParameters(layout: Layout, key: Key): Float64Array {
  const parameters = new Float64Array(layout.size);
  const layers = [layout.stem, ...layout.edges.flat(), layout.classifier];
  layers.forEach((layer, n) => {
    if (layer !== null) fillLayer(parameters, layer, fold(key, n));
  });
  return parameters;
}

function fillLayer(parameters: Float64Array, { at, inputs, outputs }: Place, key: Key): void {
  const uniforms = new Float32Array(inputs * outputs);
  fillUniform(key, uniforms);
  const bound = Math.sqrt(6 / (inputs + outputs));
  uniforms.forEach((u, i) => (parameters[at + i] = (2 * u - 1) * bound));
}

/** Images that go through the network at once. */
const CHUNK = 256;

/** Of all images. */
function accuracyOf(
  network: CellNetwork,
  layout: Layout,
  parameters: Float64Array,
  split: ImageSplit,
): number {
  return hardFigures(network, layout, parameters, split, split.count).accuracy;
}

/**
 * Accuracy (the first of the largest scores counts) and mean log-likelihood.
 * @param count images looked at, the first ones
 */
export function hardFigures(
  network: CellNetwork,
  layout: Layout,
  parameters: Float64Array,
  { pixels, labels }: ImageSplit,
  count: number,
): { readonly accuracy: number; readonly logLikelihood: number } {
  const { pixels: size, classes } = network;
  let [right, total] = [0, 0];
  for (let from = 0; from < count; from += CHUNK) {
    const rows = Math.min(CHUNK, count - from);
    const x = pixels.subarray(from * size, (from + rows) * size);
    const scores = cellScores(network, layout, parameters, x, rows);
    for (let row = 0; row < rows; row++) {
      const own = scores.subarray(row * classes, (row + 1) * classes);
      const label = labels![from + row]!;
      const best = own.reduce((found, score, k) => (score > own[found]! ? k : found), 0);
      right += Number(best === label);
      const level = own[best]!;
      total += own[label]! - level - Math.log(own.reduce((sum, score) => sum + Math.exp(score - level), 0));
    }
  }
  return { accuracy: right / count, logLikelihood: total / count };
}
