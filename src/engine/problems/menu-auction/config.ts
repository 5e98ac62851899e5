/** What a user can set of a menu auction. Keys are a contract with scripts. */
import { z } from 'zod';
import { picturesShape, trainingShape } from '../training-config.ts';
import { buyersShape, checkBuyers, type BuyersConfig } from '../../auctions/buyers/valuations.ts';
import { allocationSchema, type AllocationConfig } from './allocation-config.ts';

export const menuAuctionConfigSchema = z
  .strictObject({
    ...buyersShape,
    options: z
      .int()
      .min(1)
      .default(50)
      .describe('Options K of the menu, not counting the null option')
      .meta({ slider: { from: 1, to: 65_536, scale: 'log' } }),
    allocation: allocationSchema,
    ...trainingShape,
    ...picturesShape,
    learningRate: trainingShape.learningRate.default({
      kind: 'exponential',
      from: 0.03,
      to: 0.003,
      until: 1,
    }),
    temperature: trainingShape.temperature
      .default({ kind: 'exponential', from: 0.03, to: 0.01, until: 1 })
      .describe(
        'Temperature of the relaxed buyer, softmax(u / temperature), in units of value: for CATS bids and tables the mean over the training buyers of their largest value is 1. A constant, or a schedule over the steps of a restart',
      ),
    noise: z
      .number()
      .positive()
      .default(0.01)
      .describe(
        "Scale of the buyers' random utility (Gumbel) in training, in units of value; the smaller it is, the closer training is to the argmax buyer, who counts in the end",
      )
      .meta({ section: 'choice', slider: { from: 1e-4, to: 1, scale: 'log' } }),
    payment: z
      .enum(['price', 'utility'])
      .default('price')
      .describe(
        "What a choice pays in training. price: its price (for a mixed choice, the mixed price); utility: its value minus the largest utility, as in RochetNet: the price again for the buyer's true choice, less for any other",
      )
      .meta({ section: 'choice' }),
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
        'The menu at step 0, with bundle sizes spread evenly from few to all items. random: any items; bids: unions of what training buyers want. On CATS bids neither is better',
      ),
  })
  .superRefine(checkBuyers)
  .superRefine(checkAllocation);

export type MenuAuctionConfig = z.infer<typeof menuAuctionConfigSchema>;

/** What an allocation asks of the buyers. */
function checkAllocation(
  config: BuyersConfig & { readonly allocation: AllocationConfig; readonly payment: 'price' | 'utility' },
  context: z.core.$RefinementCtx,
): void {
  const { allocation, valuations, payment } = config;
  if (allocation.kind === 'bundle-flow' && allocation.participation === 'gate' && payment === 'utility') {
    context.addIssue({
      code: 'custom',
      path: ['payment'],
      message:
        'expected price where allocation.participation is gate, which has its own payment, found utility',
    });
  }
  if (allocation.kind !== 'items') return;
  if (!['additive', 'unit-demand', 'table'].includes(valuations.kind)) {
    context.addIssue({
      code: 'custom',
      path: ['allocation', 'kind'],
      message: `expected bundles for ${valuations.kind} buyers, found items; a probability of each item does not say which bundles come together`,
    });
  }
  const { from, to } = allocation.initialPrices;
  if (from > to) {
    context.addIssue({
      code: 'custom',
      path: ['allocation', 'initialPrices'],
      message: `expected from <= to, found from ${from} and to ${to}`,
    });
  }
}
