/**
 * Products with a transposed right operand that `writeProduct` is too wide for: few columns, as of the gradient for a network's
 * input, or few terms, as of that below a narrow output. The backend's own kernel takes a scalar loop.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { TensorMemory } from './memory.ts';
import { LANES } from './narrow-product-code.ts';
import { PANEL, smallest } from './product-code.ts';
import { simdFunctions } from './simd.ts';

/** Of A [n, k] and the transpose of B [m, k]. */
interface Sides {
  readonly n: number;
  readonly k: number;
  readonly m: number;
}

type Multiply = (memory: TensorMemory, a: TensorInfo, b: TensorInfo, out: TensorInfo) => void;

/** To the bit what the backend's own kernel gives; undefined for other sides. */
export function transposedProduct(sides: Sides): Multiply | undefined {
  const { n, k, m } = sides;
  if (n < smallest.n || k === 0 || m === 0) return undefined;
  if (m < smallest.m) return (...operands) => fewColumns(sides, ...operands);
  // Within one block of the backend's sums.
  if (k < smallest.k) return (...operands) => fewTerms(sides, ...operands);
  return undefined;
}

function fewColumns(
  { n, k, m }: Sides,
  memory: TensorMemory,
  a: TensorInfo,
  b: TensorInfo,
  out: TensorInfo,
): void {
  const right = memory.allocate([k, LANES]);
  const room = m === LANES ? out : memory.allocate([n, LANES]);
  for (let first = 0; first < m; first += LANES) {
    const count = Math.min(LANES, m - first);
    const [from, to] = [memory.floats(b), memory.floats(right)];
    if (count < LANES) to.fill(0);
    for (let j = 0; j < count; j++)
      for (let i = 0; i < k; i++) to[i * LANES + j] = from[(first + j) * k + i]!;
    const places = [a, right, room].map((x) => memory.address(x));
    simdFunctions(memory.memory).narrowProduct(...places, n, k);
    if (room === out) continue;
    const [made, whole] = [memory.floats(room), memory.floats(out)];
    for (let row = 0; row < n; row++)
      for (let j = 0; j < count; j++) whole[row * m + first + j] = made[row * LANES + j]!;
  }
  if (room !== out) memory.dispose(room);
  memory.dispose(right);
}

function fewTerms(
  { n, k, m }: Sides,
  memory: TensorMemory,
  a: TensorInfo,
  b: TensorInfo,
  out: TensorInfo,
): void {
  const [right, panel] = [memory.allocate([k, m]), memory.allocate([PANEL, k])];
  const [from, to] = [memory.floats(b), memory.floats(right)];
  for (let j = 0; j < m; j++) for (let i = 0; i < k; i++) to[i * m + j] = from[j * k + i]!;
  const [left, turned, target, room] = [a, right, out, panel].map((x) => memory.address(x)) as [
    number,
    number,
    number,
    number,
  ];
  simdFunctions(memory.memory).product(left, turned, target, room, n, k, m);
  for (const x of [right, panel]) memory.dispose(x);
}
