/**
 * The learned menu: K options and the null option of value 0 at price 0, which is index 0 of the choice.
 *
 * Buyer b's choice is categorical over K + 1 classes with logits u_bk / noise, u_bk = v_b(option k) - price_k: the argmax buyer
 * with Gumbel noise of scale `noise` on each utility. f(z) = z . prices, linear, so relaxed choices pay the mixed price, unless the
 * config asks for another training payment.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ProblemInstance, StepChoice, StepInput } from '../../core/problem.ts';
import type { Split } from '../../../shared/split.ts';
import { randomIntegers } from '../../random/fill.ts';
import type { Key } from '../../random/key.ts';
import type { MenuAuctionConfig } from './config.ts';
import { HardEvaluation, QUICK_BUYERS, prefersAnother } from '../../auctions/menus/hard-evaluation.ts';
import type { AuctionData } from '../../auctions/buyers/auction-data.ts';
import type { FlowInputs } from './flow-inputs.ts';
import type { Menu } from '../../auctions/menus/menu.ts';
import { menuTensors } from '../../auctions/menus/menu-tensors.ts';
import { learnedBundles } from './learned-bundles.ts';
import { learnedItems } from './learned-items.ts';
import { learnedLotteries } from './learned-lotteries.ts';
import type { LearnedOptions } from './learned-options.ts';
import { hardMetrics } from './metrics.ts';
import { choiceLogits, gatedLogits, gatedPayment, payment, utilityPayment } from './training-payment.ts';

/** Buyers, and what an allocation needs beside them. */
export interface MenuData extends AuctionData {
  readonly flowInputs?: FlowInputs;
}

/** Options looked at, over all buyers, between two breaths of an evaluation: some hundredths of a second. */
const OFFERS_A_BREATH = 1_000_000;

export function createMenuInstance(config: MenuAuctionConfig, data: MenuData, init: Key): ProblemInstance {
  const { bidders, split, valueScale } = data;
  const options = learnedOptions(config, data, init);
  const drawBuyers = (key: Key) =>
    randomIntegers(key, config.batch, split.train.length).map((i) => split.train[i]!);
  const step = (input: StepInput): StepChoice => {
    const paid = options.prices();
    const values = options.values(drawBuyers, input);
    const utilities = tf.sub<tf.Tensor2D>(values, tf.div(paid, config.noise));
    const temperature = input.temperature / config.noise;
    const gated = options.participation === 'gate';
    const objective = () => {
      if (gated) return gatedPayment(paid, utilities, temperature);
      if (config.payment === 'utility') return utilityPayment(values, utilities, config.noise);
      return payment(paid, config.batch);
    };
    return {
      choice: { kind: 'categorical', logits: gated ? gatedLogits(utilities) : choiceLogits(utilities) },
      objective: objective(),
      temperature,
    };
  };
  const download = async (): Promise<Menu> => {
    const { prices, allocation } = await options.download();
    return {
      options: config.options,
      items: bidders.items,
      prices: prices.map((price) => price * valueScale),
      allocation,
    };
  };
  return {
    parameters: options.parameters,
    kind: 'categorical',
    latents: 1,
    classes: config.options + 1,
    valueScale,
    step,
    async evaluate(which: Split, mode, breathe) {
      const buyers = mode === 'quick' ? split[which].subarray(0, QUICK_BUYERS) : split[which];
      const menu = await download();
      const evaluation = new HardEvaluation(bidders, buyers.length, menu);
      let dsicViolations = 0;
      for (const [i, n] of buyers.entries()) {
        const { option } = evaluation.ask(n);
        if (which === 'test' && prefersAnother(bidders, n, menu, option)) dsicViolations += 1;
        if ((i * menu.options) % OFFERS_A_BREATH < menu.options) await breathe?.();
      }
      const metrics = hardMetrics(which, evaluation.result());
      return which === 'test' ? { ...metrics, dsicViolations } : metrics;
    },
    outcome: async () => menuTensors(await download()),
    dispose() {
      tf.dispose(Object.values(options.parameters));
      options.dispose?.();
    },
  };
}

function learnedOptions(config: MenuAuctionConfig, data: MenuData, init: Key): LearnedOptions {
  const { allocation } = config;
  switch (allocation.kind) {
    case 'bundles':
      return learnedBundles(config, data, init);
    case 'items':
      return learnedItems(config, allocation, data, init);
    case 'bundle-flow':
      if (data.flowInputs === undefined) throw new Error('the flow was not loaded with the data');
      return learnedLotteries(config, allocation, data, data.flowInputs, init);
  }
}
