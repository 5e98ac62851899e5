/** What a user can say of the buyers of an auction: which valuations, how many, how they are split. Keys are a contract with scripts. */
import { z } from 'zod';
import { counted } from '../../../shared/counted.ts';
import { BUYER_SAMPLES, TABLE_SAMPLES } from '../../../shared/menus/evaluation.ts';
import { catsDistributions } from './cats-generator.ts';
import { itemValuesShape, wrongRanges } from './item-values.ts';

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
  ...itemValuesShape,
  bidders: buyers,
  seed: dataSeed,
});
const unitDemand = z.strictObject({
  kind: z.literal('unit-demand').describe('v(S) = the largest value of an item in S'),
  ...itemValuesShape,
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
    .meta({ widget: 'file', samples: BUYER_SAMPLES }),
  seed: dataSeed.describe('Seed of the split into training, validation and test buyers'),
});
/** The key that names a table, with its files and samples. */
export const tablePath = z.string().min(1).meta({ widget: 'file', samples: TABLE_SAMPLES });

const table = z.strictObject({
  kind: z
    .literal('table')
    .describe(
      'Your own buyers, from a table (CSV or NPY): values, one row per buyer and one column per item; or bids, with columns bundle and price',
    ),
  path: tablePath.describe(
    'CSV or NPY, or `sample:<name>`. Values: one row per buyer, one column per item. Bids (CSV): columns bundle (numbers of items from 0, as in 0 2) and price; rows with the same buyer are alternatives of one',
  ),
  demand: z
    .enum(['additive', 'unit-demand'])
    .default('additive')
    .describe(
      'What several items of a table of values are worth: the sum of their values, or the largest; bids state it directly',
    ),
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

/** The part of an auction's config that says who the buyers are; a problem's schema spreads it in and calls `checkBuyers`. */
export const buyersShape = {
  items: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('Items m; null: as in the files, 50 for cats-generator, 2 for the others'),
  valuations: z
    .discriminatedUnion('kind', [additive, unitDemand, xor, cats, catsGenerator, table])
    .prefault({ kind: 'additive' })
    .describe('What bundles are worth to the buyers'),
  split: z
    .strictObject({
      validation: share.default(0.2).describe('Share of the buyers used for early stopping and restarts'),
      test: share.default(0.2).describe('Share of the buyers kept for the reported revenue'),
    })
    .prefault({}),
};

export type BuyersConfig = { readonly [K in keyof typeof buyersShape]: z.infer<(typeof buyersShape)[K]> };
export type Valuations = BuyersConfig['valuations'];

/** What no single field tells: the refinement of every schema that spreads `buyersShape` in. */
export function checkBuyers(config: BuyersConfig, context: z.core.$RefinementCtx): void {
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
  if (valuations.kind === 'additive' || valuations.kind === 'unit-demand') {
    const wrong = wrongRanges(valuations.ranges, items ?? 2);
    if (wrong !== undefined) {
      context.addIssue({ code: 'custom', path: ['valuations', 'ranges'], message: wrong });
    }
  }
  const bundles = items === null ? 3 : 2 ** items - 1;
  if (valuations.kind === 'xor' && valuations.atoms > bundles) {
    context.addIssue({
      code: 'custom',
      path: ['valuations', 'atoms'],
      message: `expected ${bundles} or fewer (the different bundles of ${counted(items ?? 2, 'item')}), found ${valuations.atoms}`,
    });
  }
}

/** Items m as far as the config alone tells; null: the files say. */
export function configuredItems(config: BuyersConfig): number | null {
  const { kind } = config.valuations;
  if (config.items !== null || kind === 'cats' || kind === 'table') return config.items;
  return kind === 'cats-generator' ? 50 : 2;
}
