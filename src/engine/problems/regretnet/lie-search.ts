/**
 * The evaluation's search for lies that pay: for each bidder of each profile random lies, the best of which are then changed at
 * random, less and less, as long as they get better. It asks for no gradient, so that flat and broken slopes do not stop it, and
 * shares no code with training; tensors only carry many bids through the networks at once. What it finds bounds the regret
 * from below: there may be better lies.
 */
import * as tf from '@tensorflow/tfjs-core';
import { denseLayer } from '../../kernels/dense-layer.ts';
import { fillUniform } from '../../random/fill.ts';
import { fold, type Key } from '../../random/key.ts';
import type { Search } from './config.ts';
import { dealsOf, utility, type HostLayer, type HostNetworks } from './hard-mechanism.ts';
import { drawBids, type Profiles, type RegretnetData } from './profiles.ts';
import { tanh } from '../../networks/tanh.ts';

const mechanisms = ['lottery', 'hard'] as const;

/** The best lie found for every bidder, [count, n, m], for each mechanism. */
export type Lies = Record<(typeof mechanisms)[number], Float32Array>;

/** Rows that go through the networks at once. */
const CHUNK = 32_768;
/** First and last size of a change, as shares of an item's range. */
const WIDEST = 0.25;
const NARROWEST = 0.001;

interface Context {
  readonly networks: HostNetworks;
  readonly data: RegretnetData;
  readonly profiles: Profiles;
  /** Called between chunks. */
  readonly breathe: () => Promise<void>;
}

/** Lies of one bidder that are compared with one another. */
interface Climbers {
  readonly lies: Float32Array;
  readonly utilities: Float64Array;
}

/** @param count profiles looked at, the first ones */
export async function searchLies(context: Context, count: number, search: Search, key: Key): Promise<Lies> {
  const { bidders, items } = context.data;
  const pairs = count * bidders;
  const found: Lies = { lottery: new Float32Array(pairs * items), hard: new Float32Array(pairs * items) };
  const most = Math.max(search.starts, 2 * search.climbers);
  const atOnce = Math.max(1, Math.floor(CHUNK / most));
  for (let first = 0; first < pairs; first += atOnce) {
    const some = Int32Array.from({ length: Math.min(atOnce, pairs - first) }, (_, k) => first + k);
    const best = await searchPairs(context, some, search, fold(key, first));
    for (const mechanism of mechanisms) found[mechanism].set(best[mechanism], first * items);
    await context.breathe();
  }
  return found;
}

/** @param pairs numbers of profile and bidder, profile * n + bidder */
async function searchPairs(context: Context, pairs: Int32Array, search: Search, key: Key): Promise<Lies> {
  const { ranges, items } = context.data;
  const { starts, steps } = search;
  const lies = drawBids(ranges, pairs.length * starts, fold(key, 'starts'));
  const first = await utilitiesOf(context, pairs, lies);
  const climbers = Math.min(search.climbers, starts);
  const kept = mechanisms.map((mechanism): Climbers => {
    const best = bestOf(first[mechanism], starts, climbers);
    return {
      lies: gatherLies(lies, best, items),
      utilities: Float64Array.from(best, (row) => first[mechanism][row]!),
    };
  });
  for (let t = 0; t < steps; t++) {
    const radius = WIDEST * (NARROWEST / WIDEST) ** (t / Math.max(1, steps - 1));
    const changed = kept.map((own, m) => change(own.lies, radius, context.data, fold(fold(key, t), m)));
    // Both populations go through the networks together: those of the lottery come first.
    const utilities = await utilitiesOf(context, Int32Array.from([...pairs, ...pairs]), concat(changed));
    kept.forEach((own, m) => {
      const offset = m * own.utilities.length;
      const next = utilities[mechanisms[m]!];
      for (let row = 0; row < own.utilities.length; row++) {
        if (next[offset + row]! <= own.utilities[row]!) continue;
        own.utilities[row] = next[offset + row]!;
        own.lies.set(changed[m]!.subarray(row * items, (row + 1) * items), row * items);
      }
    });
  }
  const [lottery, hard] = kept.map((own) => gatherLies(own.lies, bestOf(own.utilities, climbers, 1), items));
  return { lottery: lottery!, hard: hard! };
}

/** Every coordinate moved by up to `radius` of its range. */
function change(
  lies: Float32Array,
  radius: number,
  { ranges, items }: RegretnetData,
  key: Key,
): Float32Array {
  const moved = new Float32Array(lies.length);
  fillUniform(key, moved);
  for (let x = 0; x < moved.length; x++) {
    const [from, to] = ranges[x % items]!;
    const next = lies[x]! + radius * (to - from) * (2 * moved[x]! - 1);
    moved[x] = Math.min(to, Math.max(from, next));
  }
  return moved;
}

/** For each group of `size` values the indices of its `count` largest, the largest first, of equals the first. */
function bestOf(values: Float64Array, size: number, count: number): Int32Array {
  const best = new Int32Array((values.length / size) * count);
  for (let group = 0; group * size < values.length; group++) {
    const place = group * count;
    let found = 0;
    for (let k = group * size; k < (group + 1) * size; k++) {
      if (found === count && !(values[k]! > values[best[place + count - 1]!]!)) continue;
      let at = found === count ? count - 1 : found++;
      for (; at > 0 && values[k]! > values[best[place + at - 1]!]!; at--)
        best[place + at] = best[place + at - 1]!;
      best[place + at] = k;
    }
  }
  return best;
}

function gatherLies(lies: Float32Array, rows: Int32Array, items: number): Float32Array {
  const out = new Float32Array(rows.length * items);
  rows.forEach((row, k) => out.set(lies.subarray(row * items, (row + 1) * items), k * items));
  return out;
}

function concat([first, second]: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(first!.length + second!.length);
  out.set(first!);
  out.set(second!, first!.length);
  return out;
}

/** Utility of each lie to its bidder, all others bidding the truth; lies [pairs, equally many, m]. */
async function utilitiesOf(
  { networks, data, profiles }: Context,
  pairs: Int32Array,
  lies: Float32Array,
): Promise<Record<keyof Lies, Float64Array>> {
  const { bidders, items } = data;
  const size = bidders * items;
  const rows = lies.length / items;
  const each = rows / pairs.length;
  const bids = new Float32Array(rows * size);
  for (let row = 0; row < rows; row++) {
    const pair = pairs[Math.floor(row / each)]!;
    const from = Math.floor(pair / bidders) * size;
    for (let x = 0; x < size; x++) bids[row * size + x] = profiles.values[from + x]!;
    const own = row * size + (pair % bidders) * items;
    for (let j = 0; j < items; j++) bids[own + j] = lies[row * items + j]!;
  }
  const [allocation, payment] = await Promise.all([
    throughNetwork(networks.allocation, bids),
    throughNetwork(networks.payment, bids),
  ]);
  const width = allocation.length / rows;
  const result = { lottery: new Float64Array(rows), hard: new Float64Array(rows) };
  // Of one row after another.
  const outputs = { allocation: new Float64Array(width), payment: new Float64Array(bidders) };
  const [values, lie] = [new Float32Array(items), new Float32Array(items)];
  for (let row = 0; row < rows; row++) {
    const pair = pairs[Math.floor(row / each)]!;
    for (let x = 0; x < width; x++) outputs.allocation[x] = allocation[row * width + x]!;
    for (let i = 0; i < bidders; i++) outputs.payment[i] = payment[row * bidders + i]!;
    for (let j = 0; j < items; j++) {
      values[j] = profiles.values[pair * items + j]!;
      lie[j] = lies[row * items + j]!;
    }
    const { lottery, hard } = dealsOf(outputs, pair % bidders, lie, values, data);
    result.lottery[row] = utility(lottery);
    result.hard[row] = utility(hard);
  }
  return result;
}

/** Rows of bids in one call of a kernel: what passes between the layers stays in the processor's cache. */
const ROWS_AT_ONCE = 2048;

async function throughNetwork(layers: readonly HostLayer[], bids: Float32Array): Promise<Float32Array> {
  const { inputs } = layers[0]!;
  const rows = bids.length / inputs;
  const out = tf.tidy(() => {
    const tensors = layers.map((layer) => ({
      weights: tf.tensor2d(Float32Array.from(layer.weights), [layer.inputs, layer.outputs]),
      biases: tf.tensor1d(Float32Array.from(layer.biases)),
    }));
    const parts: tf.Tensor2D[] = [];
    for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
      const count = Math.min(ROWS_AT_ONCE, rows - first);
      parts.push(
        tf.tidy(() => {
          const given = tf.tensor2d(bids.subarray(first * inputs, (first + count) * inputs), [count, inputs]);
          return tensors.reduce((x, { weights, biases }, depth) => {
            const sums = denseLayer(x, weights, biases, false);
            return depth + 1 < layers.length ? tanh(sums) : sums;
          }, given);
        }),
      );
    }
    return tf.concat(parts, 0);
  });
  const values = await out.data<'float32'>();
  out.dispose();
  return values;
}
