/** Our SIMD functions, assembled into the memory of a wasm backend. Addresses and lengths are in bytes. */
import { writeAdam } from './adam-code.ts';
import { writeArgMax } from './vector-code.ts';
import { Assembly } from '../../assembler/assembly.ts';
import { writeBernoulliLikelihood, writeBernoulliResidual } from './bernoulli-likelihood-code.ts';
import { writeControlled, writeControlledGradient } from './control-variate-code.ts';
import { writeNarrowProduct } from './narrow-product-code.ts';
import { writeProduct } from './product-code.ts';
import {
  writeShortSoftmax,
  writeSoftmax,
  writeSoftmaxCurvature,
  writeSoftmaxGradient,
} from './softmax-code.ts';
import { writeFiniteness, writeSparseProduct } from './sparse-product-code.ts';
import { writeTranspose } from './transpose-code.ts';
import { writeMaxOfRows, writeProductOfRows, writeSumAlongRows, writeSumOfRows } from './vector-code.ts';

type Product = (a: number, b: number, to: number, panel: number, n: number, k: number, m: number) => void;

type ShortSoftmax = (from: number, to: number, rows: number, scale: number) => void;

export interface SimdFunctions {
  /** See `writeAdam`. */
  adam(...parameters: number[]): void;
  /** See `writeArgMax`; columns at least 4. */
  argMax(from: number, to: number, rows: number, columns: number): void;
  /** See `writeMaxOfRows`; columns at least 4. */
  maxOfRows(from: number, to: number, rows: number, columns: number): void;
  /** See `writeBernoulliLikelihood` and `writeBernoulliResidual`; columns at least 4. */
  bernoulliLikelihood(x: number, logits: number, to: number, rows: number, columns: number): void;
  bernoulliResidual(...parameters: number[]): void;
  /** See `writeControlled` and `writeControlledGradient`; columns at least 4. */
  controlled(...parameters: number[]): void;
  controlledGradient(...parameters: number[]): void;
  /** See `writeProduct`. */
  product: Product;
  productTransposedA: Product;
  productTransposedB: Product;
  productTransposedBoth: Product;
  /** See `writeNarrowProduct`. */
  narrowProduct(...parameters: number[]): void;
  /** See `writeSparseProduct` and `writeFiniteness`. */
  sparseProduct(...parameters: number[]): void;
  finiteness(from: number, to: number, bytes: number): void;
  /** [rows, columns] at `from` -> [columns, rows] at `to`; both sides at least 4. */
  transpose(from: number, to: number, rows: number, columns: number): void;
  /** Sum over the rows of [rows, columns]; columns at least 16. */
  sumOfRows(from: number, to: number, rows: number, columns: number): void;
  /** Sums of the rows of [rows, columns]; columns at least 4. */
  sumAlongRows(from: number, to: number, rows: number, columns: number): void;
  /** Sum over the rows with a weight a row. */
  weightedSumOfRows(from: number, to: number, rows: number, columns: number, weights: number): void;
  /** Products of the rows of [rows, columns] with the vector at `weights`; columns at least 4. */
  productOfRows(from: number, to: number, rows: number, columns: number, weights: number): void;
  /** softmax(scale x) of each row of [rows, columns], columns at least 4; `scale` is an address. */
  softmax(from: number, to: number, rows: number, columns: number, scale: number): void;
  /** The same for rows of one, two and three columns; at least 4 rows. */
  softmax1: ShortSoftmax;
  softmax2: ShortSoftmax;
  softmax3: ShortSoftmax;
  /** See `writeSoftmaxCurvature`. */
  softmaxCurvature(
    u: number,
    dy: number,
    y: number,
    to: number,
    rows: number,
    columns: number,
    scale: number,
  ): void;
  /** See `writeSoftmaxGradient`. */
  softmaxGradient(dy: number, y: number, to: number, rows: number, columns: number, scale: number): void;
}

const assembly = new Assembly<keyof SimdFunctions>({
  adam: [9, writeAdam],
  argMax: [4, writeArgMax],
  bernoulliLikelihood: [5, writeBernoulliLikelihood],
  bernoulliResidual: [6, writeBernoulliResidual],
  controlled: [8, writeControlled],
  controlledGradient: [8, writeControlledGradient],
  maxOfRows: [4, writeMaxOfRows],
  narrowProduct: [5, writeNarrowProduct],
  product: [7, writeProduct({ transposedA: false, transposedB: false })],
  productOfRows: [5, writeProductOfRows],
  productTransposedA: [7, writeProduct({ transposedA: true, transposedB: false })],
  productTransposedB: [7, writeProduct({ transposedA: false, transposedB: true })],
  productTransposedBoth: [7, writeProduct({ transposedA: true, transposedB: true })],
  sparseProduct: [9, writeSparseProduct],
  finiteness: [3, writeFiniteness],
  softmax: [5, writeSoftmax],
  softmax1: [4, writeShortSoftmax(1)],
  softmax2: [4, writeShortSoftmax(2)],
  softmax3: [4, writeShortSoftmax(3)],
  softmaxCurvature: [7, writeSoftmaxCurvature],
  softmaxGradient: [6, writeSoftmaxGradient],
  sumAlongRows: [4, writeSumAlongRows],
  sumOfRows: [4, writeSumOfRows(false)],
  transpose: [4, writeTranspose],
  weightedSumOfRows: [5, writeSumOfRows(true)],
});

/** False on a processor, or in a JavaScript engine, without 128-bit SIMD. */
export function hasSimd(): boolean {
  return assembly.runsHere;
}

/** The functions for this memory; the first call assembles them. */
export function simdFunctions(memory: WebAssembly.Memory): SimdFunctions {
  return assembly.in(memory);
}
