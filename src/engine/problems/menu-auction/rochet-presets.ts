/**
 * RochetNet's settings as presets: additive and unit-demand buyers whose optimal menu is known, once at sizes that come
 * within 1 % of it in a minute or few, and once with the constants of the paper's program.
 * Source: Dütting, Feng, Narasimhan, Parkes, Ravindranath, "Optimal Auctions through Deep Learning", ICML 2019, and the
 * configuration files that its authors published.
 */
import type { PresetDescriptor } from '../../../shared/descriptor.ts';

interface Setting {
  readonly id: string;
  readonly label: string;
  /** What the optimal menu is. */
  readonly help: string;
  readonly items: number;
  readonly valuations: Readonly<Record<string, unknown>>;
  /** What the paper's setting and the quick one have as largest price at step 0; the paper: undefined where it has none. */
  readonly paperPrice?: number;
  readonly quickPrice: number;
  /** Overrides of the quick sizes. */
  readonly quick?: Readonly<Record<string, unknown>>;
}

const settings: readonly Setting[] = [
  {
    id: 'additive-2',
    label: 'Additive, 2 items U[0, 1]',
    help: 'Optimal: either item for 2/3, both for (4 - sqrt 2) / 3 = 0.862, revenue (12 + 2 sqrt 2) / 27 = 0.54920.',
    items: 2,
    valuations: { kind: 'additive' },
    paperPrice: 1,
    quickPrice: 1,
  },
  {
    id: 'additive-wide',
    label: 'Additive, U[4, 16] and U[4, 7]',
    help: 'Optimal (Daskalakis, Deckelbaum, Tzamos 2017): half of the first item and the second for 8, both for 12, revenue 88/9 = 9.7778. A lottery is part of it: no menu of bundles earns as much.',
    items: 2,
    valuations: {
      kind: 'additive',
      ranges: [
        [4, 16],
        [4, 7],
      ],
    },
    paperPrice: 23,
    quickPrice: 23,
    quick: {
      temperature: { kind: 'exponential', from: 0.1, to: 0.01 },
      learningRate: { kind: 'exponential', from: 0.1, to: 0.001 },
    },
  },
  {
    id: 'additive-triangle',
    label: 'Additive, uniform on a triangle',
    help: 'Values uniform below the diagonal of the unit square. Optimal: both items for 1 / sqrt 3, revenue 2 / (3 sqrt 3) = 0.38490.',
    items: 2,
    valuations: { kind: 'additive', law: 'simplex' },
    paperPrice: 1,
    quickPrice: 1,
  },
  {
    id: 'unit-demand-2',
    label: 'Unit demand, 2 items U[0, 1]',
    help: 'Optimal: either item for 1 / sqrt 3, revenue 2 / (3 sqrt 3) = 0.38490.',
    items: 2,
    valuations: { kind: 'unit-demand' },
    paperPrice: 1,
    quickPrice: 1,
  },
  {
    id: 'unit-demand-23',
    label: 'Unit demand, 2 items U[2, 3]',
    help: 'Optimal (Pavlov 2011): a coin that decides between the items for (4 + sqrt 5.5) / 3 = 2.115, either item for 1/6 more, revenue 2.1331.',
    items: 2,
    valuations: { kind: 'unit-demand', ranges: [[2, 3]] },
    paperPrice: 3,
    quickPrice: 3,
  },
  ...[3, 4, 5, 6].map((items): Setting => ({
    id: `additive-${items}`,
    label: `Additive, ${items} items U[0, 1]`,
    help: `Optimal (Giannakopoulos and Koutsoupias 2014): the straight-jacket auction, in which a price depends on the number of items only; its revenue on the test buyers is a reference line.`,
    items,
    valuations: { kind: 'additive' },
    quickPrice: items / 2,
    ...(items > 4 && {
      quick: {
        options: 300,
        steps: 10_000,
        temperature: { kind: 'exponential', from: 0.03, to: 0.001 },
      },
    }),
  })),
  {
    id: 'additive-10',
    label: 'Additive, 10 items U[0, 1]',
    help: 'The straight-jacket auction, conjectured to be optimal, earns 3.478, the best price for all items 3.4483, item prices 2.5.',
    items: 10,
    valuations: { kind: 'additive' },
    paperPrice: 10,
    quickPrice: 5,
    quick: {
      options: 500,
      steps: 20_000,
      batch: 512,
      temperature: { kind: 'exponential', from: 0.05, to: 0.001 },
    },
  },
];

/** A million buyers: half of them test the result to about 0.1 %. */
const BIDDERS = 1_000_000;

function quickPreset({ id, label, help, items, valuations, quickPrice, quick }: Setting): PresetDescriptor {
  return {
    id: `rochet-${id}`,
    question: 'optimum',
    label: `RochetNet: ${label}`,
    help: `${help} Few options with shares spread over [0, 1], a softmax buyer whose temperature falls to 0.001 and a large learning rate that falls with it come within 1 % of the optimum, most of them within 0.2 %, in a fraction of the paper's steps; a fixed temperature of 0.001 from equal shares needs a thousand options, because only those near a buyer's choice get a gradient at all.`,
    config: {
      items,
      options: 200,
      steps: 4000,
      batch: 256,
      evaluateEvery: 1000,
      logEvery: 50,
      noise: 0.001,
      temperature: { kind: 'exponential', from: 0.01, to: 0.001 },
      learningRate: { kind: 'exponential', from: 0.02, to: 0.0005 },
      allocation: { kind: 'items', initialPrices: { from: 0, to: quickPrice } },
      valuations: { ...valuations, bidders: BIDDERS },
      split: { validation: 0.01, test: 0.5 },
      ...quick,
    },
    estimators: ['softmax'],
    seeds: [1, 2, 3],
  };
}

function paperPreset({ id, label, help, items, valuations, paperPrice }: Setting): PresetDescriptor[] {
  if (paperPrice === undefined) return [];
  return [
    {
      id: `rochet-${id}-paper`,
      question: 'paper',
      label: `RochetNet, the paper's constants: ${label}`,
      help: `${help} The constants of the paper's program: 1000 options, a softmax buyer of temperature 0.001, Adam at 0.001, minibatches of 128 out of 640 000 buyers, 200 000 steps. Its training payment too: the mixed value less the largest utility. Here they do not give the published result: for two items U[0, 1] they ended at 0.5437 (seed 42; with the mixed price as payment at 0.5428), where the best bundle price is, and not at the 0.549 that the quick preset reaches. How the shares began is not among the published constants that we know; here they begin near 1/2, and only options near a buyer's choice ever move.`,
      config: {
        items,
        options: 1000,
        steps: 200_000,
        batch: 128,
        evaluateEvery: 10_000,
        logEvery: 200,
        noise: 0.001,
        temperature: 0.001,
        payment: 'utility',
        learningRate: 0.001,
        allocation: { kind: 'items', initialPrices: { from: 0, to: paperPrice }, initialLogits: 0.05 },
        valuations: { ...valuations, bidders: BIDDERS },
        split: { validation: 0.01, test: 0.35 },
      },
      estimators: ['softmax'],
      seeds: [42],
    },
  ];
}

export const rochetPresets: readonly PresetDescriptor[] = [
  ...settings.map(quickPreset),
  ...settings.flatMap(paperPreset),
];
