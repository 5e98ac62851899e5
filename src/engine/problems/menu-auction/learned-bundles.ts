/** Allocation `bundles`: an option is a bundle (a logit per item, in if positive) at a price (softplus of a parameter). */
import * as tf from '@tensorflow/tfjs-core';
import { softplus } from '../../../shared/log-space.ts';
import type { AuctionData } from '../../auctions/buyers/auction-data.ts';
import { addItem, wordsFor } from '../../auctions/buyers/bundle-bits.ts';
import type { Key } from '../../random/key.ts';
import type { MenuAuctionConfig } from './config.ts';
import { initialMenu } from './initial-menu.ts';
import type { LearnedOptions } from './learned-options.ts';
import { minibatchOf } from './minibatch.ts';
import { bundleValues } from './relaxed-values.ts';

export function learnedBundles(config: MenuAuctionConfig, data: AuctionData, init: Key): LearnedOptions {
  const { options, noise, bundleTemperature } = config;
  const { items } = data.bidders;
  const start = initialMenu(config, data, init);
  const [logits, prices] = tf.tidy(() => [
    tf.variable(tf.tensor2d(start.logits, [options, items])),
    tf.variable(tf.tensor1d(start.prices)),
  ]);
  const batchOf = minibatchOf(data.bidders, data.valueScale * noise);
  return {
    parameters: { bundles: logits, prices },
    values: (drawBuyers, { key }) => bundleValues(logits, batchOf(key, drawBuyers), bundleTemperature),
    prices: () => tf.softplus(prices),
    async download() {
      const [raw, signs] = await Promise.all([prices.data(), logits.data()]);
      return {
        prices: Float64Array.from(raw, softplus),
        allocation: { kind: 'bundles', bundles: positiveItems(signs, options, items) },
      };
    },
  };
}

/** The items with a positive logit; logits [K, m]. */
function positiveItems(logits: ArrayLike<number>, options: number, items: number): Uint32Array {
  const words = wordsFor(items);
  const bundles = new Uint32Array(options * words);
  for (let k = 0; k < options; k++) {
    for (let j = 0; j < items; j++) if (logits[k * items + j]! > 0) addItem(bundles, k * words, j);
  }
  return bundles;
}
