/** What a user can set of options that are lotteries over bundles a flow carries there. Keys are a contract with scripts. */
import { z } from 'zod';
import { artefactReference, type ArtefactInput, type ArtefactSource } from '../../core/artefact.ts';

/** Kind of the artefact that a run with such options makes. */
export const FLOW_MENU_ARTEFACT = 'bundle-flow-menu';

const flowSource: ArtefactSource = { maker: 'bundle-flow', samples: 'flows' };
const menuSource: ArtefactSource = { maker: 'menu-auction' };

export const artefactInputs: readonly ArtefactInput[] = [
  { at: 'allocation.flow', ...flowSource },
  { at: 'allocation.start', ...menuSource },
];

export const bundleFlowAllocation = z.strictObject({
  kind: z
    .literal('bundle-flow')
    .describe(
      'A lottery over D bundles, as BundleFlow: support points that a trained flow carries to bundles, with weights',
    ),
  flow: artefactReference(
    flowSource,
    'The flow, trained by the problem bundle-flow for the same number of items',
  ),
  start: artefactReference(
    menuSource,
    'A menu of another run of this kind that training starts from: support points, weights and prices; none: a fresh one',
  )
    .nullable()
    .default(null),
  support: z
    .int()
    .min(1)
    .max(256)
    .default(8)
    .describe('Support points D of an option')
    .meta({ slider: { from: 1, to: 64, scale: 'log' } }),
  joint: z
    .boolean()
    .default(false)
    .describe('Trains the flow too (stage 3); otherwise the flow stays as it is (stage 2)'),
  flowStep: z
    .number()
    .positive()
    .default(0.01)
    .describe("With joint: the step size for the flow's weights as a multiple of learningRate"),
  bundleGradient: z
    .enum(['none', 'straight-through', 'gumbel'])
    .default('straight-through')
    .describe(
      "What gradients see of the rounding of s_T to a bundle. none: nothing, as the authors' code; straight-through: item j is in with probability sigmoid((s_T - 1/2) / roundingWidth); gumbel: the same of s_T with logistic noise, whose rounding is also the bundle of the step",
    )
    .meta({ section: 'choice' }),
  roundingWidth: z
    .number()
    .positive()
    .default(0.1)
    .describe('Width of that sigmoid and scale of that noise')
    .meta({ section: 'choice', slider: { from: 0.001, to: 10, scale: 'log' } }),
  weighting: z
    .enum(['liouville', 'unnormalised', 'free'])
    .default('liouville')
    .describe(
      "Weights of the D bundles. liouville: mixture weight times the density that arrives with the point, summing to 1, as the authors' code; unnormalised: w exp(-Tr Q times the integral of eta), as the paper's utilities are written: in training only, as what is sold has to sum to 1; free: the mixture weights alone",
    ),
  locations: z
    .strictObject({
      from: z
        .number()
        .min(-10)
        .max(10)
        .default(0.05)
        .describe('Support points lie at from + range * sigmoid(10 mu)'),
      range: z.number().positive().max(20).default(0.9).describe('See from'),
      initial: z
        .enum(['normal', 'random', 'bids'])
        .default('random')
        .describe(
          'mu at step 0. normal: standard normal, as the authors; random, bids: on the side of the bundles that initialBundles describes, a different one for each support point',
        ),
    })
    .prefault({})
    .describe('Where the support points can be, and start'),
  deviation: z
    .strictObject({
      from: z
        .number()
        .min(0)
        .max(100)
        .default(4)
        .describe('Each coordinate has exp(-(from + range u)), u ~ U[0, 1]'),
      range: z.number().min(0).max(100).default(0).describe("See from; 30 in the authors' code"),
      redraw: z
        .boolean()
        .default(true)
        .describe('Draws the support points again around their locations in each training step'),
    })
    .prefault({})
    .describe('Standard deviations of the mixture around the locations; not trained'),
  initialPrices: z
    .enum(['posted', 'uniform'])
    .default('posted')
    .describe(
      "Prices at step 0. posted: the price at which the option would sell best on its own; uniform: U[0, 1] in the buyers' own money, as the authors",
    ),
  participation: z
    .enum(['null-option', 'gate'])
    .default('null-option')
    .describe(
      'How training lets a buyer leave. null-option: nothing for nothing is one more option; gate: one of the K options is always chosen, and paid for only where its utility is not negative, with the slope of a sigmoid',
    )
    .meta({ section: 'choice' }),
});
export type BundleFlowAllocationConfig = z.infer<typeof bundleFlowAllocation>;
