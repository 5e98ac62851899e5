/** What a user can set of a menu auction. Keys are a contract with scripts. */
import { z } from 'zod';
import { trainingShape } from '../training-config.ts';
import { catsDistributions } from './cats-generator.ts';

const dataSeed = z
  .int()
  .min(0)
  .default(1)
  .describe('Seed of the buyers; all runs of a comparison share it, whatever their own seed');
const buyers = z
  .int()
  .min(3)
  .default(10_000)
  .describe('Buyers drawn, all splits together')
  .meta({ slider: { from: 100, to: 1_000_000, scale: 'log' } });

const additive = z.strictObject({
  kind: z.literal('additive').describe('v(S) = sum of the values of the items in S'),
  bidders: buyers,
  seed: dataSeed,
});
const unitDemand = z.strictObject({
  kind: z.literal('unit-demand').describe('v(S) = the largest value of an item in S'),
  bidders: buyers,
  seed: dataSeed,
});
const xor = z.strictObject({
  kind: z.literal('xor').describe('v(S) = the largest value of an atom, a wanted bundle, that S contains'),
  atoms: z
    .int()
    .min(1)
    .max(64)
    .default(2)
    .describe('Different wanted bundles of a buyer; values are U[0, 1]'),
  bidders: buyers,
  seed: dataSeed,
});
const cats = z.strictObject({
  kind: z
    .literal('cats')
    .describe('XOR bids read from CATS files; bids that share a dummy good are one buyer'),
  path: z
    .string()
    .min(1)
    .describe('A CATS file, a folder of them, or `sample:<name>` for the buyers that come with the studio')
    .meta({ widget: 'file' }),
  seed: dataSeed.describe('Seed of the split into training, validation and test buyers'),
});
const catsGenerator = z.strictObject({
  kind: z.literal('cats-generator').describe('XOR bids drawn after the CATS distributions'),
  distribution: z
    .enum(catsDistributions)
    .default('arbitrary-upv')
    .describe(
      'Which goods go together (arbitrary, or regions of a map), and normal (npv) or uniform (upv) private values',
    ),
  bidders: buyers.default(4000),
  bidsPerMarket: z
    .int()
    .min(1)
    .default(1000)
    .describe(
      'Undominated bids after which a new market with new common values begins, as with one CATS file',
    ),
  seed: dataSeed,
});

const share = z.number().gt(0).lt(1);

export const menuAuctionConfigSchema = z
  .strictObject({
    items: z
      .int()
      .min(1)
      .nullable()
      .default(null)
      .describe('Items m; null: what the CATS files say, 50 for cats-generator, 2 for the others'),
    options: z
      .int()
      .min(1)
      .default(50)
      .describe('Options K of the menu, the null option not counted')
      .meta({ slider: { from: 1, to: 65_536, scale: 'log' } }),
    valuations: z
      .discriminatedUnion('kind', [additive, unitDemand, xor, cats, catsGenerator])
      .prefault({ kind: 'additive' })
      .describe('What bundles are worth to the buyers'),
    split: z
      .strictObject({
        validation: share.default(0.2).describe('Share of the buyers that early stopping and restarts go by'),
        test: share.default(0.2).describe('Share of the buyers that only the reported revenue sees'),
      })
      .prefault({}),
    ...trainingShape,
    learningRate: trainingShape.learningRate.default({
      kind: 'exponential',
      from: 0.03,
      to: 0.003,
      until: 1,
    }),
    temperature: trainingShape.temperature
      .default({ kind: 'exponential', from: 0.03, to: 0.01, until: 1 })
      .describe(
        'Temperature of the relaxed buyer, softmax(u / temperature), in units of value: for CATS bids the mean over the training buyers of their largest value is 1. A constant, or a schedule over the steps of a restart',
      ),
    noise: z
      .number()
      .positive()
      .default(0.01)
      .describe(
        "Scale of the buyers' random utility (Gumbel) in training, in units of value; the smaller, the closer to the argmax buyer who counts",
      )
      .meta({ section: 'choice', slider: { from: 1e-4, to: 1, scale: 'log' } }),
    bundleTemperature: z
      .number()
      .positive()
      .default(1)
      .describe(
        'Width of the sigmoid through which gradients see the bundles: item j is in the bundle if its logit is positive; backward it is in with probability sigmoid(logit / bundleTemperature). Contained atoms are seen through the product of these probabilities over their items',
      )
      .meta({ section: 'choice', slider: { from: 0.01, to: 100, scale: 'log' } }),
    initialBundles: z
      .enum(['random', 'bids'])
      .default('random')
      .describe(
        'The menu at step 0, sizes spread evenly from few to all items. random: any items; bids: unions of what training buyers want. On CATS bids neither is better',
      ),
  })
  .superRefine((config, context) => {
    const { split, valuations, items } = config;
    if (split.validation + split.test >= 1) {
      context.addIssue({
        code: 'custom',
        path: ['split'],
        message: `expected validation + test below 1, found ${split.validation + split.test}; nothing is left to train on`,
      });
    }
    if (
      valuations.kind === 'cats-generator' &&
      valuations.distribution.startsWith('regions') &&
      (items ?? 4) < 4
    ) {
      context.addIssue({
        code: 'custom',
        path: ['items'],
        message: `expected 4 or more for ${valuations.distribution} (its map is a square of goods), found ${items}`,
      });
    }
    const bundles = items === null ? 3 : 2 ** items - 1;
    if (valuations.kind === 'xor' && valuations.atoms > bundles) {
      context.addIssue({
        code: 'custom',
        path: ['valuations', 'atoms'],
        message: `expected ${bundles} or fewer (the different bundles of ${items ?? 2} items), found ${valuations.atoms}`,
      });
    }
  });

export type MenuAuctionConfig = z.infer<typeof menuAuctionConfigSchema>;
export type Valuations = MenuAuctionConfig['valuations'];

/** Items m as far as the config alone tells; null: the CATS files say. */
export function configuredItems(config: MenuAuctionConfig): number | null {
  if (config.items !== null || config.valuations.kind === 'cats') return config.items;
  return config.valuations.kind === 'cats-generator' ? 50 : 2;
}
