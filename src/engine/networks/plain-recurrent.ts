/** The recurrent cells of `recurrent.ts` in doubles, one row at a time: what hard evaluations and drawn laws run on, apart from any graph. */
import type { Cell } from './recurrent.ts';

export interface PlainRecurrent {
  readonly cell: Cell;
  readonly inputs: number;
  readonly units: number;
  /** W, [inputs, gates units], U, [units, gates units], b, [gates units] */
  readonly input: Float64Array;
  readonly recurrent: Float64Array;
  readonly biases: Float64Array;
}

/** h, and c of an LSTM. */
export interface PlainState {
  readonly h: Float64Array;
  readonly c: Float64Array | null;
}

export function plainBeginning({ cell, units }: PlainRecurrent): PlainState {
  return { h: new Float64Array(units), c: cell === 'lstm' ? new Float64Array(units) : null };
}

/** @param x [inputs] */
export function plainStep(layer: PlainRecurrent, { h, c }: PlainState, x: Float64Array): PlainState {
  const { cell, inputs, units, input, recurrent, biases } = layer;
  const width = (cell === 'lstm' ? 4 : 3) * units;
  const given = biases.slice();
  addProduct(x, inputs, input, width, given);
  const next = new Float64Array(units);
  if (cell === 'lstm') {
    const before = c!;
    const kept = new Float64Array(units);
    addProduct(h, units, recurrent, width, given);
    for (let u = 0; u < units; u++) {
      const taken = sigmoid(given[u]!) * Math.tanh(given[3 * units + u]!);
      kept[u] = sigmoid(given[units + u]!) * before[u]! + taken;
      next[u] = sigmoid(given[2 * units + u]!) * Math.tanh(kept[u]!);
    }
    return { h: next, c: kept };
  }
  const own = new Float64Array(width);
  addProduct(h, units, recurrent, width, own);
  for (let u = 0; u < units; u++) {
    const reset = sigmoid(given[u]! + own[u]!);
    const keep = sigmoid(given[units + u]! + own[units + u]!);
    const candidate = Math.tanh(given[2 * units + u]! + reset * own[2 * units + u]!);
    next[u] = (1 - keep) * candidate + keep * h[u]!;
  }
  return { h: next, c: null };
}

/** sums += x M. @param matrix [rows, width] */
export function addProduct(
  x: Float64Array,
  rows: number,
  matrix: Float64Array,
  width: number,
  sums: Float64Array,
): void {
  let row = 0;
  // Four rows at a time: a sum is read and written once for them all.
  for (; row + 4 <= rows; row += 4) {
    const [a, b, c, d] = [x[row]!, x[row + 1]!, x[row + 2]!, x[row + 3]!];
    const at = row * width;
    for (let n = 0, i = at; n < width; n++, i++)
      sums[n]! +=
        a * matrix[i]! + b * matrix[i + width]! + c * matrix[i + 2 * width]! + d * matrix[i + 3 * width]!;
  }
  for (; row < rows; row++) {
    const factor = x[row]!;
    for (let n = 0, i = row * width; n < width; n++, i++) sums[n]! += factor * matrix[i]!;
  }
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
