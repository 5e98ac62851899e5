/** Shares of items as options of a menu: the training graph against plain arithmetic, on each backend. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import type { CategoricalChoice } from '../../src/engine/core/choice.ts';
import type { ProblemInstance } from '../../src/engine/core/problem.ts';
import { loadAuctionData, type AuctionData } from '../../src/engine/auctions/buyers/auction-data.ts';
import type { ItemBidders } from '../../src/engine/auctions/buyers/bidders.ts';
import { menuAuctionConfigSchema } from '../../src/engine/problems/menu-auction/config.ts';
import { createMenuInstance } from '../../src/engine/problems/menu-auction/menu-model.ts';
import { rootKey } from '../../src/engine/random/key.ts';
import { bareHost } from '../support/engine-host.ts';

const configOf = (kind: 'additive' | 'unit-demand') =>
  menuAuctionConfigSchema.parse({
    options: 2,
    batch: 5,
    noise: 0.5,
    allocation: { kind: 'items', initialPrices: { from: 0.5, to: 2 }, initialLogits: 0.05 },
    valuations: { kind, bidders: 50 },
  });

/** Two options over two items: logits, the shares that they stand for, and prices. */
const examples = {
  additive: {
    logits: [
      [0, Math.log(3)],
      [-Math.log(4), Math.log(4)],
    ],
    shares: [
      [0.5, 0.75],
      [0.2, 0.8],
    ],
  },
  'unit-demand': {
    logits: [
      [0, 0, Math.log(2)],
      [Math.log(3), 0, 0],
    ],
    shares: [
      [0.25, 0.25],
      [0.6, 0.2],
    ],
  },
} as const;
const PRICES = [0.3, 0.7];

describe.each(['additive', 'unit-demand'] as const)('options as shares of items, %s', (kind) => {
  const config = configOf(kind);
  const { logits, shares } = examples[kind];
  let instance: ProblemInstance | undefined;

  async function example(): Promise<{ instance: ProblemInstance; data: AuctionData; bidders: ItemBidders }> {
    const data = await loadAuctionData(config, bareHost);
    instance = createMenuInstance(config, data, rootKey(3));
    return { instance, data, bidders: data.bidders as ItemBidders };
  }

  function setExample({ parameters }: ProblemInstance): void {
    tf.tidy(() => {
      parameters['shares']!.assign(tf.tensor2d(logits.map((row) => [...row])));
      parameters['prices']!.assign(tf.tensor1d(PRICES));
    });
  }

  afterEach(() => {
    instance?.dispose();
    instance = undefined;
  });

  it('logits of the choice are utilities / noise of the shares', async () => {
    const { instance: made, data, bidders } = await example();
    setExample(made);
    const actual = tf.tidy(() => {
      const { choice } = made.step({ step: 0, key: rootKey(4), temperature: 1 });
      return (choice as CategoricalChoice).logits.arraySync();
    });
    const utilities = (n: number) =>
      shares.map(
        ([x, y], k) => (x * bidders.values[2 * n]! + y * bidders.values[2 * n + 1]! - PRICES[k]!) / 0.5,
      );
    const possible = [...data.split.train].map((n) => [0, ...utilities(n)]);
    // Each row of the minibatch is some training buyer's.
    for (const [row] of actual) {
      const distance = possible.map((own) => Math.max(...own.map((u, k) => Math.abs(u - row![k]!))));
      expect(Math.min(...distance)).toBeLessThan(1e-5);
    }
  });

  it('the hard evaluation asks real buyers at these shares and prices', async () => {
    const { instance: made, data, bidders } = await example();
    setExample(made);
    let revenue = 0;
    for (const n of data.split.test) {
      const offers = shares.map(([x, y], k) => ({
        utility: x * bidders.values[2 * n]! + y * bidders.values[2 * n + 1]! - PRICES[k]!,
        price: PRICES[k]!,
      }));
      const best = offers.reduce((a, b) => (b.utility > a.utility ? b : a));
      if (best.utility >= 0) revenue += best.price / data.split.test.length;
    }
    const { hardTestRevenue } = await made.evaluate('test', 'full');
    expect(revenue).toBeGreaterThan(0);
    expect(hardTestRevenue).toBeCloseTo(revenue, 5);
  });

  it('starts with prices and logits in the ranges asked for', async () => {
    const { instance: made } = await example();
    const prices = [...made.parameters['prices']!.dataSync()];
    expect(prices.every((price) => price >= 0.5 && price <= 2)).toBe(true);
    // Standard deviation 0.05: six of them.
    expect([...made.parameters['shares']!.dataSync()].every((logit) => Math.abs(logit) < 0.3)).toBe(true);
  });

  it('gradients reach shares and prices, and no tensor stays', async () => {
    const { instance: made } = await example();
    setExample(made);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => {
        const { choice, objective } = made.step({ step: 0, key: rootKey(4), temperature: 1 });
        return tf.mean<tf.Scalar>(objective.evaluate(tf.softmax((choice as CategoricalChoice).logits)));
      }, Object.values(made.parameters));
      for (const gradient of Object.values(grads))
        expect(Math.max(...tf.abs(gradient).dataSync())).toBeGreaterThan(1e-4);
      expect(Object.keys(grads)).toHaveLength(2);
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});
