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
  const own = new Float64Array(width);
  addProduct(h, units, recurrent, width, own);
  const next = new Float64Array(units);
  if (cell === 'lstm') {
    const before = c!;
    const kept = new Float64Array(units);
    for (let u = 0; u < units; u++) {
      const sum = (gate: number) => given[gate * units + u]! + own[gate * units + u]!;
      kept[u] = sigmoid(sum(1)) * before[u]! + sigmoid(sum(0)) * Math.tanh(sum(3));
      next[u] = sigmoid(sum(2)) * Math.tanh(kept[u]!);
    }
    return { h: next, c: kept };
  }
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
  for (let row = 0; row < rows; row++) {
    const factor = x[row]!;
    if (factor === 0) continue;
    const at = row * width;
    for (let n = 0; n < width; n++) sums[n]! += factor * matrix[at + n]!;
  }
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
