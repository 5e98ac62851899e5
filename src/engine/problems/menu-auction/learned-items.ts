/**
 * Allocation `items`, RochetNet's: an option is a share w_j in (0, 1) of every item at a price that is itself the parameter.
 *   additive:    w_j = sigmoid(a_j): the probability of item j
 *   unit-demand: w = first m entries of a softmax over m + 1: the probabilities of getting one of the items; the last one is
 *                that of nothing
 * v(w) = sum_j w_j v_j in both cases. At the start a ~ N(0, initialLogits^2), prices ~ U[initialPrices].
 * Source: Dütting, Feng, Narasimhan, Parkes, Ravindranath, "Optimal Auctions through Deep Learning", ICML 2019, section 3;
 * prices are the negative biases of its linear units.
 */
import * as tf from '@tensorflow/tfjs-core';
import { sigmoid, softmax } from '../../../shared/log-space.ts';
import type { AuctionData } from '../../auctions/buyers/auction-data.ts';
import type { ItemBidders } from '../../auctions/buyers/bidders.ts';
import { fillNormal, fillUniform } from '../../random/fill.ts';
import { fold, type Key } from '../../random/key.ts';
import type { ItemsAllocationConfig } from './allocation-config.ts';
import type { MenuAuctionConfig } from './config.ts';
import type { LearnedOptions } from './learned-options.ts';
import { itemBatches } from './minibatch.ts';

export function learnedItems(
  config: MenuAuctionConfig,
  allocation: ItemsAllocationConfig,
  data: AuctionData,
  init: Key,
): LearnedOptions {
  const bidders = data.bidders as ItemBidders; // The config refuses XOR buyers.
  const { options, noise } = config;
  const { items, kind } = bidders;
  const columns = kind === 'additive' ? items : items + 1;
  const [logits, prices] = tf.tidy(() => [
    tf.variable(tf.tensor2d(firstLogits(options * columns, allocation, init), [options, columns])),
    tf.variable(tf.tensor1d(firstPrices(options, allocation, init))),
  ]);
  const batchOf = itemBatches(bidders, data.valueScale * noise);
  const shares = () =>
    kind === 'additive' ? tf.sigmoid(logits) : tf.slice(tf.softmax(logits), [0, 0], [options, items]);
  return {
    parameters: { shares: logits, prices },
    values: (drawBuyers, { key }) => tf.matMul(batchOf(key, drawBuyers).values, shares(), false, true),
    prices: () => prices,
    async download() {
      const [raw, own] = await Promise.all([prices.data(), logits.data()]);
      return {
        prices: Float64Array.from(raw),
        allocation: { kind: 'items', shares: sharesOf(kind, own, options, items) },
      };
    },
  };
}

/** Shares [K, m] of logits [K, m] or [K, m + 1], in doubles. */
function sharesOf(
  kind: ItemBidders['kind'],
  logits: ArrayLike<number>,
  options: number,
  items: number,
): Float64Array {
  if (kind === 'additive') return Float64Array.from(logits, sigmoid);
  const shares = new Float64Array(options * items);
  for (let k = 0; k < options; k++) {
    const own = softmax(Array.from({ length: items + 1 }, (_, j) => logits[k * (items + 1) + j]!));
    shares.set(own.slice(0, items), k * items);
  }
  return shares;
}

function firstLogits(count: number, { initialLogits }: ItemsAllocationConfig, init: Key): Float32Array {
  const normals = new Float32Array(count);
  fillNormal(fold(init, 'shares'), normals);
  return normals.map((normal) => normal * initialLogits);
}

function firstPrices(options: number, { initialPrices }: ItemsAllocationConfig, init: Key): Float32Array {
  const uniforms = new Float32Array(options);
  fillUniform(fold(init, 'prices'), uniforms);
  const { from, to } = initialPrices;
  return uniforms.map((u) => from + (to - from) * u);
}
