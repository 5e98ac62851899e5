/**
 * The matrix product on wasm, straight from and to the backend's memory, for transposed operands and batches too.
 *
 * The backend hands only one [n, k] x [k, m] to XNNPACK, which first copies B; a transposed operand or a batch takes a scalar
 * loop, ten times as slow, and every gradient of a product has a transposed operand. Products too small for our functions go to
 * the backend's own kernel.
 */
import type { KernelBackend, KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { BatchMatMul, Tile, broadcast_util, util } from '@tensorflow/tfjs-core';
import { AppError } from '../../../shared/errors.ts';
import { TensorMemory } from './memory.ts';
import type { PlainKernel } from './plain-kernel.ts';
import { plainConfig, plainKernel } from './plain-kernel.ts';
import { roomOfProduct, smallest } from './product-code.ts';
import { simdFunctions } from './simd.ts';
import { transposedProduct } from './transposed-product.ts';
import { SPARSE_COLUMNS } from './sparse-product-code.ts';
import { COLUMNS_AT_A_TIME } from './vector-code.ts';

/** The kernel for `BatchMatMul` on wasm; the plain ones must be registered. */
export function batchMatMulConfig(): KernelConfig {
  const config = plainConfig(BatchMatMul);
  const small = smallProduct(plainKernel(config), plainKernel(plainConfig(Tile)));
  return {
    ...config,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { a, b } = inputs;
      if (a?.dtype !== 'float32' || b?.dtype !== 'float32') {
        throw new AppError(
          'internal',
          `matMul: expected float32, got ${a?.dtype} and ${b?.dtype}; cast them first.`,
        );
      }
      const product = productOf(
        { x: a, transposed: attrs?.['transposeA'] === true },
        { x: b, transposed: attrs?.['transposeB'] === true },
      );
      const multiply = vectorProduct(product) ?? matrixProduct(product);
      if (multiply === undefined) return small(backend as KernelBackend, product);
      const memory = new TensorMemory(backend);
      const out = memory.allocate([...product.outer, product.n, product.m]);
      multiply(memory, out);
      return out;
    },
  };
}

/**
 * Whether the backend's own kernel makes this product, and then in which order it adds up: every sum in one go, or, where it is
 * asked for many products at once, in blocks of `BLOCK` terms. Undefined: ours makes it.
 */
export function ownProduct(
  a: Pick<TensorInfo, 'shape'>,
  b: Pick<TensorInfo, 'shape'>,
  { transposeA, transposeB }: { readonly transposeA?: unknown; readonly transposeB?: unknown },
): { readonly terms: number; readonly inOneGo: boolean } | undefined {
  const product = productOf(
    { x: a as TensorInfo, transposed: transposeA === true },
    { x: b as TensorInfo, transposed: transposeB === true },
  );
  if ((vectorProduct(product) ?? matrixProduct(product)) !== undefined) return undefined;
  const single = product.outer.every((side) => side === 1);
  return { terms: product.k, inOneGo: single && !product.a.transposed && !product.b.transposed };
}

interface Operand {
  readonly x: TensorInfo;
  readonly transposed: boolean;
}

/** A [..., n, k] times B [..., k, m], batch sides broadcast to `outer`. */
interface Product {
  readonly a: Operand;
  readonly b: Operand;
  readonly outer: number[];
  readonly n: number;
  readonly k: number;
  readonly m: number;
}

function productOf(a: Operand, b: Operand): Product {
  const outer = broadcast_util.assertAndGetBroadcastShape(a.x.shape.slice(0, -2), b.x.shape.slice(0, -2));
  const sides = ({ x, transposed }: Operand): number[] =>
    transposed ? x.shape.slice(-2).reverse() : x.shape.slice(-2);
  const [[n, k], [kOfB, m]] = [sides(a) as [number, number], sides(b) as [number, number]];
  if (k !== kOfB) {
    const shown = ({ x, transposed }: Operand): string =>
      `[${x.shape.join(', ')}]${transposed ? ' transposed' : ''}`;
    throw new AppError(
      'internal',
      `matMul: expected equal inner sides, got ${shown(a)} times ${shown(b)}; check the shapes of the operands.`,
    );
  }
  return { a: laidOut(a), b: laidOut(b), outer, n, k, m };
}

/** A row or column is the same in memory as its transpose. */
function laidOut({ x, transposed }: Operand): Operand {
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  if (!transposed || (rows !== 1 && columns !== 1)) return { x, transposed };
  return { x: { ...x, shape: [...x.shape.slice(0, -2), columns, rows] }, transposed: false };
}

type Multiply = (memory: TensorMemory, out: TensorInfo) => void;

/** With n or m of 1, the product of one operand's matrix with the other's vector; undefined where that is too small. */
function vectorProduct({ a, b, outer, n, k, m }: Product): Multiply | undefined {
  if (n !== 1 && m !== 1) return undefined;
  const [matrix, vector] = m === 1 ? [a, b] : [b, a];
  // Its rows are weighted and summed, or each of them multiplied.
  const sumsRows = matrix.transposed === (m === 1);
  const [rows, columns] = sumsRows ? [k, n * m] : [n * m, k];
  if (columns < (sumsRows ? COLUMNS_AT_A_TIME : 4) || rows === 0) return undefined;
  return (memory, out) => {
    const { weightedSumOfRows, productOfRows } = simdFunctions(memory.memory);
    const multiply = sumsRows ? weightedSumOfRows : productOfRows;
    const places = pairs([matrix.x, vector.x], outer);
    for (const [i, [left, right]] of places.entries()) {
      const to = memory.address(out) + 4 * n * m * i;
      multiply(
        memory.address(matrix.x) + 4 * rows * columns * left,
        to,
        rows,
        columns,
        memory.address(vector.x) + 4 * k * right,
      );
    }
  };
}

/** The product in blocks; undefined where a side is too small. */
function matrixProduct({ a, b, outer, n, k, m }: Product): Multiply | undefined {
  const size = util.sizeFromShape(outer);
  // Matrices one above the other that share their right factor are one tall matrix.
  const tall =
    !a.transposed &&
    util.sizeFromShape(b.x.shape) === k * m &&
    util.sizeFromShape(a.x.shape) === size * n * k;
  const rows = tall ? size * n : n;
  if (rows < smallest.n || m < smallest.m || k < (b.transposed ? smallest.k : 1)) {
    const isOne = tall || outer.every((side) => side === 1);
    const multiply =
      isOne && b.transposed && !a.transposed ? transposedProduct({ n: rows, k, m }) : undefined;
    return multiply && ((memory, out) => multiply(memory, a.x, b.x, out));
  }
  return (memory, out) => {
    if (!b.transposed && outer.every((side) => side === 1) && isSparse(memory, a.x, m)) {
      if (sparseProduct(memory, { a, b, outer, n, k, m }, out)) return;
    }
    const panel = memory.allocate([roomOfProduct(a.transposed ? n : 0), k]);
    const functions = simdFunctions(memory.memory);
    const multiply = a.transposed
      ? functions[b.transposed ? 'productTransposedBoth' : 'productTransposedA']
      : functions[b.transposed ? 'productTransposedB' : 'product'];
    for (const [i, [left, right]] of (tall ? [[0, 0] as const] : pairs([a.x, b.x], outer)).entries()) {
      const from = memory.address(a.x) + 4 * n * k * left;
      const to = memory.address(out) + 4 * n * m * i;
      multiply(from, memory.address(b.x) + 4 * k * m * right, to, memory.address(panel), rows, k, m);
    }
    memory.dispose(panel);
  };
}

/** Share of A that may differ from 0 where its zeros are passed over: images of bits, one-hot codes. */
const SPARSE = 0.25;
/** Numbers of A at least for which it is looked at, and about how many of them are. */
const [LARGE, SEEN] = [4096, 500];

/** Whether A looks sparse enough: the numbers are the same either way. */
function isSparse(memory: TensorMemory, a: TensorInfo, m: number): boolean {
  const numbers = memory.floats(a);
  if (numbers.length < LARGE || m < SPARSE_COLUMNS) return false;
  // An odd step: no side of images is a multiple of it often.
  const step = 2 * Math.floor(numbers.length / SEEN / 2) + 1;
  let [seen, filled] = [0, 0];
  for (let i = 0; i < numbers.length; i += step, seen++) if (numbers[i] !== 0) filled++;
  return filled < SPARSE * seen;
}

/** The product that passes over zeros of A; false where a number of B is not finite, which zero times it would show. */
function sparseProduct(memory: TensorMemory, { a, b, n, k, m }: Product, out: TensorInfo): boolean {
  const list = memory.allocate([Math.max(2 * k, 4)]);
  const functions = simdFunctions(memory.memory);
  const [left, right, to, room] = [a.x, b.x, out, list].map((x) => memory.address(x)) as [
    number,
    number,
    number,
    number,
  ];
  functions.finiteness(right, room, 4 * k * m);
  const finite = memory
    .floats(list)
    .subarray(0, 4)
    .every((value) => value === 0);
  const [aRow, aStep] = a.transposed ? [4, 4 * n] : [4 * k, 4];
  if (finite) functions.sparseProduct(left, right, to, room, n, k, m, aRow, aStep);
  memory.dispose(list);
  return finite;
}

/** For each place of the batch in order, which matrix of either operand stands there. */
function pairs(
  operands: readonly [TensorInfo, TensorInfo],
  outer: readonly number[],
): (readonly [number, number])[] {
  const strides = operands.map(({ shape }) => {
    const batch = [...Array<number>(outer.length + 2 - shape.length).fill(1), ...shape.slice(0, -2)];
    return [...util.computeStrides([...batch, 1])].map((stride, i) => (batch[i] === 1 ? 0 : stride));
  });
  return Array.from({ length: util.sizeFromShape([...outer]) }, (_, i) => {
    const places = util.indexToLoc(i, outer.length, util.computeStrides([...outer]));
    const at = (which: number): number =>
      places.reduce((sum, place, axis) => sum + place * strides[which]![axis]!, 0);
    return [at(0), at(1)] as const;
  });
}

/** The backend's own product, kept from what it does wrong. */
function smallProduct(
  multiply: PlainKernel,
  tile: PlainKernel,
): (backend: KernelBackend, product: Product) => TensorInfo {
  return (backend, { a, b, outer, n, k, m }) => {
    const shape = [...outer, n, m];
    const write = (values: Float32Array, sides: number[]): TensorInfo => ({
      dataId: backend.write(values, sides, 'float32'),
      shape: sides,
      dtype: 'float32',
    });
    // It traps on empty operands.
    if (util.sizeFromShape(shape) * k === 0) return write(new Float32Array(util.sizeFromShape(shape)), shape);
    // It repeats the shorter batch from its start, which is wrong for [2, 1] against [2, 3].
    const stretch = ({ shape: own, ...x }: TensorInfo): TensorInfo => {
      const padded = [...Array<number>(shape.length - own.length).fill(1), ...own];
      const reps = padded.map((side, i) => (i < outer.length && side === 1 ? outer[i]! : 1));
      return tile(backend, { x: { ...x, shape: padded } }, { reps });
    };
    const left = stretch(a.x);
    // XNNPACK copies a right operand once for its data, whatever shape the data has when it is used again: a fresh copy each time.
    const right = stretch(b.x);
    const out = multiply(
      backend,
      { a: left, b: right },
      { transposeA: a.transposed, transposeB: b.transposed },
    );
    backend.disposeData(left.dataId);
    backend.disposeData(right.dataId);
    return out;
  };
}
