/**
 * `tf.sum` on wasm over leading axes, row by row: the backend's own transposes first, which takes ten times as long. It is
 * what the gradient of a broadcast operand (a bias, a price) calls. And over last axes, a vector at a time.
 */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { Sum, util } from '@tensorflow/tfjs-core';
import { TensorMemory } from './memory.ts';
import { plainConfig } from './plain-kernel.ts';
import { simdFunctions } from './simd.ts';
import { COLUMNS_AT_A_TIME } from './vector-code.ts';

/** The kernel for `Sum` on wasm; the plain one must be registered, and does what this one does not. */
export function sumConfig(): KernelConfig {
  const plain = plainConfig(Sum);
  return {
    ...plain,
    kernelFunc: (call) => {
      const { x } = call.inputs;
      if (x === undefined) return plain.kernelFunc(call);
      const axes = util.parseAxisParam(call.attrs?.['axis'] as number | number[], x.shape);
      const memory = new TensorMemory(call.backend);
      const keepDims = call.attrs?.['keepDims'] === true;
      const outShape = x.shape
        .map((side, axis) => (axes.includes(axis) ? 1 : side))
        .filter((_, axis) => keepDims || !axes.includes(axis));
      if (util.sizeFromShape(x.shape) === 0) {
        // The backend's own leaves what was in the memory before.
        const out = memory.allocate(outShape, x.dtype);
        memory.words(out).fill(0);
        return out;
      }
      const path = sumPath(x, axes);
      if (path.way === 'share') return { ...memory.share(x), shape: outShape };
      const { terms, sums } = path;
      const { sumAlongRows, sumOfRows } = simdFunctions(memory.memory);
      const run = (sum: typeof sumOfRows, rows: number, columns: number): TensorInfo => {
        const out = memory.allocate(outShape);
        sum(memory.address(x), memory.address(out), rows, columns);
        return out;
      };
      switch (path.way) {
        case 'rows':
          return run(sumOfRows, terms, sums);
        case 'narrow':
          return narrowSum(memory, x, outShape, terms, sums);
        case 'along':
          return run(sumAlongRows, sums, terms);
        case 'plain':
          return plain.kernelFunc(call);
      }
    },
  };
}

/**
 * How a sum is taken: not at all (its sides are 1), by the backend's own kernel, over leading axes (`narrow`: of few columns), or
 * along last axes; and of how many terms each of how many sums is.
 * @param axes not negative
 */
export function sumPath(
  x: Pick<TensorInfo, 'shape' | 'dtype'>,
  axes: readonly number[],
): {
  readonly way: 'share' | 'plain' | 'rows' | 'narrow' | 'along';
  readonly terms: number;
  readonly sums: number;
} {
  // Sides of 1 neither add up nor stand between others.
  const sides = [...x.shape.entries()].filter(([, side]) => side !== 1);
  const summed = sides.filter(([axis]) => axes.includes(axis));
  const leading = sides.slice(0, summed.length).every(([axis]) => axes.includes(axis));
  const last = sides.slice(-summed.length).every(([axis]) => axes.includes(axis));
  const terms = util.sizeFromShape(summed.map(([, side]) => side));
  const sums = util.sizeFromShape(x.shape) / terms;
  const way = (): ReturnType<typeof sumPath>['way'] => {
    if (summed.length === 0) return 'share';
    // A sum of everything stays with the backend's own.
    if (x.dtype !== 'float32' || sums === 1) return 'plain';
    if (leading && sums >= COLUMNS_AT_A_TIME) return 'rows';
    // Narrow rows of other ranks stay with the backend's own: saved runs hold its last bits.
    if (leading && sums >= 4 && x.shape.length === 4) return 'narrow';
    return last && terms >= 4 ? 'along' : 'plain';
  };
  return { way: way(), terms, sums };
}

/** Rows of rows of a narrow matrix that are summed before their sums are. */
const AT_A_TIME = 128;

/** The sum over the rows of [rows, columns] with fewer columns than the function for them needs, as of images: of rows of rows. */
function narrowSum(
  memory: TensorMemory,
  x: TensorInfo,
  outShape: number[],
  rows: number,
  columns: number,
): TensorInfo {
  const side = Math.ceil(COLUMNS_AT_A_TIME / columns);
  const width = side * columns;
  const wide = Math.floor(rows / side);
  const { sumOfRows } = simdFunctions(memory.memory);
  const parts = memory.allocate([Math.ceil(wide / AT_A_TIME), width]);
  const out = memory.allocate(outShape);
  for (let part = 0; part < parts.shape[0]!; part++) {
    const first = part * AT_A_TIME;
    const [from, to] = [memory.address(x) + 4 * first * width, memory.address(parts) + 4 * part * width];
    sumOfRows(from, to, Math.min(AT_A_TIME, wide - first), width);
  }
  const sums = memory.floats(out).fill(0);
  // What makes no whole row of rows is added at the end.
  for (const numbers of [memory.floats(parts), memory.floats(x).subarray(wide * width)])
    for (let i = 0; i < numbers.length; i++) sums[i % columns]! += numbers[i]!;
  memory.dispose(parts);
  return out;
}
