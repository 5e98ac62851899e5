/** What a user can set of RegretNet. Keys are a contract with scripts. */
import { z } from 'zod';
import { itemValuesShape, wrongRanges } from '../../auctions/buyers/item-values.ts';
import { tablePath } from '../../auctions/buyers/valuations.ts';
import { picturesShape, trainingShape } from '../training-config.ts';

/** How hard an evaluation looks for lies, for each bidder of each profile. */
function searchShape(profiles: number, starts: number, climbers: number, steps: number) {
  return z
    .strictObject({
      profiles: z
        .int()
        .min(1)
        .default(profiles)
        .describe('Profiles whose regret is measured, the first of the split'),
      starts: z.int().min(1).max(1_000_000).default(starts).describe('Random lies that are tried'),
      climbers: z.int().min(1).max(10_000).default(climbers).describe('Best of them that are improved'),
      steps: z.int().min(0).max(100_000).default(steps).describe('Changes tried to each of these'),
    })
    .prefault({});
}

const share = z.number().gt(0).lt(1).default(0.2);

export const regretnetConfigSchema = z
  .strictObject({
    bidders: z.int().min(1).max(64).default(2).describe('Bidders n'),
    items: z.int().min(1).max(64).default(2).describe('Items m'),
    demand: z
      .enum(['additive', 'unit-demand'])
      .default('additive')
      .describe('What several items are worth to a bidder: the sum of their values, or the largest'),
    valuations: z
      .discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('uniform').describe('Drawn: uniform on the ranges, independent of each other'),
        }),
        z.strictObject({
          kind: z
            .literal('table')
            .describe(
              'Your own bidders, from a table (CSV or NPY): one row per sample, one column per bidder and item. The numbers of profiles and the ranges are not used; bids go from 0 to the highest value of each item',
            ),
          path: tablePath.describe(
            'CSV: one row per sample, columns bidder by bidder (with 2 items: the first bidder has columns 1 and 2). NPY: samples x bidders x items. Or `sample:<name>`',
          ),
          validation: share.describe('Share of the samples used for early stopping and restarts'),
          test: share.describe('Share of the samples kept for the reported revenue'),
        }),
      ])
      .prefault({ kind: 'uniform' })
      .describe('What the items are worth to the bidders'),
    ranges: itemValuesShape.ranges.describe(
      'Lowest and highest value of an item to any bidder, uniform in between: one pair for all items, or one pair per item',
    ),
    profiles: z
      .strictObject({
        train: z.int().min(1).max(10_000_000).default(20_000).describe('Profiles used for training'),
        validation: z
          .int()
          .min(1)
          .max(1_000_000)
          .default(1000)
          .describe('Profiles used for early stopping and restarts'),
        test: z
          .int()
          .min(1)
          .max(1_000_000)
          .default(10_000)
          .describe('Profiles kept for the reported revenue'),
        seed: z
          .int()
          .min(0)
          .default(1)
          .describe('Seed of the profiles; all runs of a comparison share it, whatever their own seed'),
      })
      .prefault({}),
    hiddenLayers: z.int().min(1).max(8).default(2).describe('Hidden tanh layers of each of the two networks'),
    hiddenUnits: z.int().min(1).max(2048).default(50).describe('Units of a hidden layer'),
    misreports: z
      .strictObject({
        start: z
          .enum(['kept', 'fresh'])
          .default('kept')
          .describe(
            'Where the lies of a minibatch start: where those of the same profiles ended last time, or at random each time',
          ),
        steps: z
          .int()
          .min(0)
          .max(10_000)
          .default(10)
          .describe('Ascent steps that the lies take on the utility in each optimiser step'),
        rate: z.number().positive().max(10).default(0.05).describe('Step size of their own Adam'),
      })
      .prefault({})
      .meta({ section: 'training' }),
    lagrangian: z
      .strictObject({
        multiplier: z.number().min(0).default(5).describe("Each bidder's multiplier at step 0"),
        every: z.int().min(1).default(100).describe('Steps between two moves of the multipliers'),
        rate: z
          .number()
          .min(0)
          .default(1)
          .describe('Weight rho of the quadratic penalty: multipliers move by rho times the regret'),
        rateIncrease: z.number().min(0).default(5).describe('Added to rho every rateEvery steps'),
        rateEvery: z.int().min(1).default(10_000).describe('Steps between two increases of rho'),
      })
      .prefault({})
      .meta({ section: 'training' }),
    search: searchShape(200, 50, 2, 20).describe('Search for lies on training and validation profiles'),
    testSearch: searchShape(1000, 500, 5, 50).describe('Search for lies on test profiles'),
    ...trainingShape,
    ...picturesShape,
    learningRate: trainingShape.learningRate.default(0.001),
    temperature: trainingShape.temperature.describe(
      'Temperature of the relaxation; at 1 softmax is RegretNet as published. A constant, or a schedule over the steps of a restart',
    ),
    evaluateEvery: trainingShape.evaluateEvery.default(1000),
  })
  .superRefine((config, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const { items, ranges, batch, profiles, valuations } = config;
    const wrong = wrongRanges(ranges, items);
    if (wrong !== undefined) refuse('ranges', wrong);
    if (valuations.kind === 'table') {
      if (valuations.validation + valuations.test >= 1)
        refuse(
          'valuations',
          `expected validation + test below 1, found ${valuations.validation + valuations.test}; nothing is left to train on`,
        );
      return;
    }
    if (batch > profiles.train)
      refuse('batch', `expected at most the ${profiles.train} training profiles, found ${batch}`);
  });

export type RegretnetConfig = z.infer<typeof regretnetConfigSchema>;
export type Search = RegretnetConfig['search'];
