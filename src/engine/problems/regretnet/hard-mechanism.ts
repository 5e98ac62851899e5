/**
 * A trained auction as the hard evaluation sees it: plain doubles, no tensors, nothing of the training's code. Two mechanisms
 * share the networks: the lottery draws each item's winner with the allocation's probabilities; the hard one gives each item to
 * the likeliest (of equals to the first, nobody before the bidders). Both take the same share of the value of what a bidder gets.
 */
import { sigmoid } from '../../../shared/log-space.ts';
import type { RegretnetData } from './profiles.ts';

export interface HostLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** [inputs, outputs], row by row. */
  readonly weights: Float32Array | Float64Array;
  readonly biases: Float32Array | Float64Array;
}

export interface HostNetworks {
  readonly allocation: readonly HostLayer[];
  readonly payment: readonly HostLayer[];
}

/** What one bidder gets under a mechanism, expected where it is drawn. */
export interface Deal {
  /** What it is worth to the bidder. */
  readonly value: number;
  readonly payment: number;
}

export type Deals = Readonly<Record<'lottery' | 'hard', Deal>>;

export type Shape = Pick<RegretnetData, 'bidders' | 'items' | 'demand'>;

/** The networks' outputs for one profile of bids [n m]. */
export function outputsFor(networks: HostNetworks, bids: Float64Array): Outputs {
  return { allocation: forward(networks.allocation, bids), payment: forward(networks.payment, bids) };
}

export interface Outputs {
  readonly allocation: Float64Array;
  /** [n] */
  readonly payment: Float64Array;
}

export function utility({ value, payment }: Deal): number {
  return value - payment;
}

/**
 * What bidder i gets. It pays a share of the value that its bids say it gets.
 * @param bids of bidder i, which `outputs` belong to, [m]
 * @param values what the items are worth to it, [m]: its bids, unless it lies
 */
export function dealsOf(
  outputs: Outputs,
  i: number,
  bids: ArrayLike<number>,
  values: ArrayLike<number>,
  shape: Shape,
): Deals {
  const { items, demand } = shape;
  const classes = shape.bidders + 1;
  const p = probabilities(outputs.allocation, shape);
  const fraction = sigmoid(outputs.payment[i]!);
  // The search asks millions of times: one pass, and nothing made on the way.
  let [expected, bidden, won, said] = [0, 0, 0, 0];
  for (let j = 0; j < items; j++) {
    const share = p[j * classes + i + 1]!;
    expected += share * values[j]!;
    bidden += share * bids[j]!;
    if (likeliest(p, j * classes, classes) !== i + 1) continue;
    won = demand === 'additive' ? won + values[j]! : Math.max(won, values[j]!);
    said = demand === 'additive' ? said + bids[j]! : Math.max(said, bids[j]!);
  }
  return {
    lottery: { value: expected, payment: fraction * bidden },
    hard: { value: won, payment: fraction * said },
  };
}

/** Probabilities of nobody and of the bidders for each item, [m (n + 1)]. */
function probabilities(out: Float64Array, { bidders, items, demand }: Shape): Float64Array {
  const classes = bidders + 1;
  if (demand === 'additive') return softmaxRows(out, classes);
  const half = out.length / 2;
  const overBidders = softmaxRows(out.subarray(0, half), classes);
  const overItems = softmaxRows(out.subarray(half), items + 1);
  const p = new Float64Array(items * classes);
  for (let j = 0; j < items; j++) {
    let given = 0;
    for (let i = 1; i < classes; i++) {
      const share = Math.min(overBidders[j * classes + i]!, overItems[i * (items + 1) + j]!);
      p[j * classes + i] = share;
      given += share;
    }
    p[j * classes] = Math.max(0, 1 - given);
  }
  return p;
}

/** Each row as `softmax` of `log-space.ts` gives it, to the bit. */
function softmaxRows(x: Float64Array, width: number): Float64Array {
  const out = new Float64Array(x.length);
  for (let start = 0; start < x.length; start += width) {
    const end = start + width;
    let largest = -Infinity;
    for (let k = start; k < end; k++) largest = Math.max(largest, x[k]!);
    let sum = 0;
    for (let k = start; k < end; k++) sum += Math.exp(x[k]! - largest);
    const rest = Math.log(sum);
    for (let k = start; k < end; k++) out[k] = Math.exp(x[k]! - largest - rest);
  }
  return out;
}

function likeliest(p: Float64Array, start: number, count: number): number {
  let best = 0;
  for (let k = 1; k < count; k++) if (p[start + k]! > p[start + best]!) best = k;
  return best;
}

function forward(layers: readonly HostLayer[], input: Float64Array): Float64Array {
  return layers.reduce((x, { inputs, outputs, weights, biases }, depth) => {
    const sums = Float64Array.from(biases);
    for (let i = 0; i < inputs; i++) {
      const from = i * outputs;
      for (let o = 0; o < outputs; o++) sums[o]! += x[i]! * weights[from + o]!;
    }
    return depth + 1 < layers.length ? sums.map(Math.tanh) : sums;
  }, input);
}
