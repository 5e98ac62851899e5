/** What a user can say of what an option of the menu gives: one kind per entry. Keys are a contract with scripts. */
import { z } from 'zod';
import { bundleFlowAllocation } from './bundle-flow-config.ts';

const bundles = z.strictObject({
  kind: z
    .literal('bundles')
    .describe('A bundle of items; its keys are bundleTemperature and initialBundles beside this one'),
});

const items = z.strictObject({
  kind: z
    .literal('items')
    .describe(
      'A share of every item, as RochetNet: a probability of each for additive buyers, of one of them for unit-demand buyers',
    ),
  initialPrices: z
    .strictObject({
      from: z.number().min(0).default(0).describe('Lowest price at step 0'),
      to: z.number().positive().default(1).describe('Highest price at step 0'),
    })
    .prefault({})
    .describe("Prices at step 0 are uniform between these, in the buyers' own money"),
  initialLogits: z
    .number()
    .min(0)
    .default(3)
    .describe(
      'Standard deviation of the normal logits of the shares at step 0: at 3 the shares cover [0, 1], near 0 all start equal',
    )
    .meta({ slider: { from: 0.01, to: 10, scale: 'log' } }),
});
export type ItemsAllocationConfig = z.infer<typeof items>;

export const allocationSchema = z
  .discriminatedUnion('kind', [bundles, items, bundleFlowAllocation])
  .prefault({ kind: 'bundles' })
  .describe('What an option of the menu gives');
export type AllocationConfig = z.infer<typeof allocationSchema>;
