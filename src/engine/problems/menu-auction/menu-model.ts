/**
 * The learned menu: K options, each a bundle (a logit an item, in if positive) and a price (softplus of a parameter), and the
 * null option of value 0 at price 0, which is index 0 of the choice.
 *
 * Buyer b's choice is categorical over K + 1 classes with logits u_bk / noise, u_bk = v_b(S_k) - price_k: the argmax buyer with
 * Gumbel noise of scale `noise` on each utility. f(z) = z . prices, linear, so relaxed choices pay the mixed price.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ProblemInstance, Split, StepChoice, StepInput } from '../../core/problem.ts';
import type { Objective } from '../../core/choice.ts';
import { randomIntegers } from '../../random/fill.ts';
import type { Key } from '../../random/key.ts';
import { addItem, wordsFor } from '../../auctions/buyers/bundle-bits.ts';
import type { MenuAuctionConfig } from './config.ts';
import { QUICK_BUYERS, evaluateMenu } from '../../auctions/menus/hard-evaluation.ts';
import { initialMenu } from './initial-menu.ts';
import type { AuctionData } from '../../auctions/buyers/auction-data.ts';
import type { Menu } from '../../auctions/menus/menu.ts';
import { viewMenu } from '../../auctions/menus/menu-view.ts';
import { minibatchOf } from './minibatch.ts';
import { bundleValues } from './relaxed-values.ts';
import { hardMetrics } from './metrics.ts';

export function createMenuInstance(config: MenuAuctionConfig, data: AuctionData, init: Key): ProblemInstance {
  const { bidders, split, valueScale } = data;
  const start = initialMenu(config, data, init);
  const [logits, prices] = tf.tidy(() => [
    tf.variable(tf.tensor2d(start.logits, [config.options, bidders.items])),
    tf.variable(tf.tensor1d(start.prices)),
  ]);
  // In units of the noise, so that utilities are logits: numbers of buyers are divided, not a [B, K] tensor.
  const batchOf = minibatchOf(bidders, valueScale * config.noise);
  const step = (input: StepInput): StepChoice => {
    const drawn = randomIntegers(input.key, config.batch, split.train.length);
    const batch = batchOf(drawn.map((i) => split.train[i]!));
    const paid = tf.softplus<tf.Tensor1D>(prices);
    const values = bundleValues(logits, batch, config.bundleTemperature);
    const utilities = tf.sub<tf.Tensor2D>(values, tf.div(paid, config.noise));
    return {
      choice: { kind: 'categorical', logits: choiceLogits(utilities) },
      objective: payment(paid, config.batch),
      temperature: input.temperature / config.noise,
    };
  };
  return {
    parameters: { bundles: logits, prices },
    kind: 'categorical',
    latents: 1,
    classes: config.options + 1,
    valueScale,
    step,
    async evaluate(which: Split, mode) {
      const menu = await downloadMenu(logits, prices, valueScale);
      const buyers = mode === 'quick' ? split[which].subarray(0, QUICK_BUYERS) : split[which];
      return hardMetrics(which, evaluateMenu(bidders, buyers, menu));
    },
    domain: async () => viewMenu(bidders, split.validation, await downloadMenu(logits, prices, valueScale)),
    dispose: () => tf.dispose([logits, prices]),
  };
}

/** Utilities [B, K], in units of the noise -> logits [B, 1, K + 1] of the choice, the null option first. */
export function choiceLogits(utilities: tf.Tensor2D): tf.Tensor3D {
  return tf.expandDims(tf.concat2d([tf.zeros([utilities.shape[0], 1]), utilities], 1), 1);
}

/** f(z) = z . (0, prices). */
export function payment(prices: tf.Tensor1D, batch: number): Objective {
  const withNull = tf.concat1d([tf.zeros([1]), prices]);
  const classes = withNull.shape[0];
  return {
    relaxable: true,
    evaluate: (z) =>
      tf.reshape(tf.matMul(tf.reshape(z, [-1, classes]), tf.reshape(withNull, [classes, 1])), [-1]),
    enumerate: () => tf.tile(tf.expandDims<tf.Tensor2D>(withNull, 0), [batch, 1]),
  };
}

async function downloadMenu(logits: tf.Variable, prices: tf.Variable, valueScale: number): Promise<Menu> {
  const [options, items] = logits.shape as [number, number];
  const [raw, signs] = await Promise.all([prices.data(), logits.data()]);
  const words = wordsFor(items);
  const bundles = new Uint32Array(options * words);
  for (let k = 0; k < options; k++) {
    for (let j = 0; j < items; j++) if (signs[k * items + j]! > 0) addItem(bundles, k * words, j);
  }
  return { options, bundles, prices: Float64Array.from(raw, (x) => softplus(x) * valueScale) };
}

/** log(1 + e^x) */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
