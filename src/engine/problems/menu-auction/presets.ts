/** Ready-made menu auctions, each with what it shows and why. */
import type { PresetDescriptor } from '../../../shared/descriptor.ts';
import { bundleFlowMenuPresets } from './bundle-flow-presets.ts';
import { rochetPresets } from './rochet-presets.ts';

const SAMPLE = { kind: 'cats', path: 'sample:arbitrary-upv-50' };

export const menuAuctionPresets: readonly PresetDescriptor[] = [
  {
    id: 'smoke',
    question: 'first',
    label: 'Smoke test',
    help: 'Two items, additive values U[0, 1], 16 options, 200 steps: seconds on any machine. The best possible revenue is 0.5492 (a price of 2/3 per item, 0.862 for both).',
    config: { items: 2, options: 16, steps: 200, batch: 64, valuations: { kind: 'additive', bidders: 4000 } },
    estimators: ['softmax', 'st-gumbel-softmax'],
    seeds: [1],
  },
  {
    id: 'collapse',
    question: 'collapse',
    label: 'Collapse of the softmax relaxation',
    help: 'Two items, buyers who want one of two random bundles. At this high temperature softmax lets a buyer buy a little of all 16 options even if each costs more than it is worth: the more options, the smaller the share that is left for buying nothing. So raising all prices above all values raises the relaxed revenue, beyond even the full surplus, while no real buyer buys any more: hard revenue 0. Gumbel-Softmax shares the fate. Straight-through Gumbel-Softmax is trained on purchases that buyers really make, so that its two revenues agree; the same temperature in its backward pass still biases its prices upwards, which costs it about a third of the best revenue. At temperature 0.02 all of them are fine.',
    config: {
      items: 2,
      options: 16,
      steps: 600,
      temperature: 0.3,
      noise: 0.005,
      learningRate: 0.01,
      valuations: { kind: 'xor', atoms: 2, bidders: 10_000 },
    },
    estimators: ['softmax', 'gumbel-softmax', 'st-gumbel-softmax'],
    seeds: [1, 2, 3],
  },
  {
    id: 'cats-50',
    question: 'data',
    label: 'CATS bids, 50 goods, 256 options',
    help: 'XOR bids after the CATS arbitrary distribution with uniform private values, from files that come with the studio. A menu of 256 bundles earns clearly more than the best price for everything, because small bundles at low prices reach the buyers who want little; item prices, which are a menu of 2^50 bundles, earn more still.',
    config: { options: 256, steps: 1500, valuations: SAMPLE },
    estimators: ['softmax', 'st-gumbel-softmax', 'straight-through'],
    seeds: [1, 2, 3],
  },
  {
    id: 'demo',
    question: 'first',
    label: 'Demo: four estimators, three seeds',
    help: 'The buyers of cats-50 and 64 options: softmax, its relaxation with noise, the straight-through form of that, and a score function side by side over three seeds, in a minute or two. At this low temperature all of them beat the best bundle price by far, and the differences between them are about as large as those between seeds.',
    config: { options: 64, steps: 1000, valuations: SAMPLE },
    estimators: ['softmax', 'gumbel-softmax', 'st-gumbel-softmax', 'reinforce'],
    seeds: [1, 2, 3],
  },
  {
    id: 'own-bids',
    question: 'data',
    label: 'Your own bids',
    help: 'Buyers from your own table, CSV or NPY: one row per buyer and one column per item, or bids with columns bundle and price. Here 300 made-up guests of a coffee house and what an espresso, a croissant and a newspaper are worth to them, in euros; name your file in valuations.path. The exact menu of the training buyers, which `baseline` computes in a minute, bounds what any menu can earn from them.',
    config: {
      options: 24,
      steps: 2000,
      batch: 128,
      evaluateEvery: 250,
      allocation: { kind: 'items', initialPrices: { from: 0.5, to: 4 } },
      valuations: { kind: 'table', path: 'sample:coffee-house' },
    },
    estimators: ['softmax', 'st-gumbel-softmax'],
    seeds: [1, 2, 3],
  },
  ...rochetPresets,
  ...bundleFlowMenuPresets,
];
