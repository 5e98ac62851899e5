/** What a user can set of the training of a flow. Keys are a contract with scripts. */
import { z } from 'zod';
import { usualWidth, type FlowShape } from '../../flows/flow-shape.ts';
import { picturesShape, trainingShape } from '../training-config.ts';

export const bundleFlowConfigSchema = z.strictObject({
  items: z.int().min(1).max(1000).default(10).describe('Items m'),
  field: z
    .enum(['diagonal', 'full'])
    .default('diagonal')
    .describe(
      "The matrix Q(s_0) of the field eta(t) Q(s_0) s: m numbers on its diagonal, as in the authors' code, or all m x m of the paper's formula, for few items",
    ),
  width: z
    .int()
    .min(1)
    .max(4096)
    .nullable()
    .default(null)
    .describe('Hidden units of the two networks; null: 128, and 256 for more than 100 items'),
  standardised: z
    .boolean()
    .default(true)
    .describe(
      "Q's network sees (s_0 - 1/2) / initial.deviation instead of s_0, which is close to 1/2 everywhere; the paper's sees s_0",
    ),
  eulerSteps: z.int().min(1).max(1000).default(5).describe("Steps N of Euler's method from t = 0 to 1"),
  initial: z
    .strictObject({
      components: z.int().min(1).max(1000).default(3).describe('Equally likely Gaussians'),
      centre: z
        .number()
        .min(-10)
        .max(10)
        .default(0.45)
        .describe('Means are centre + range * sigmoid(u), u ~ U[0, 1], one per item'),
      range: z.number().min(0).max(10).default(0.1).describe('See centre'),
      deviation: z
        .number()
        .positive()
        .max(10)
        .default(Number(Math.exp(-3).toPrecision(6)))
        .describe('Standard deviation of each coordinate; e^-3 in the paper'),
    })
    .prefault({})
    .describe('The law of s_0, a mixture of Gaussians that is not trained'),
  targetDeviation: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe('Standard deviation of s_T around the bundle that s_0 rounds to'),
  rounding: z
    .strictObject({
      weight: z
        .number()
        .min(0)
        .default(0)
        .describe(
          'Weight of the items whose rounding the flow changes, beside the flow-matching loss. 0: rounding has no gradient, as in the paper; otherwise the gradient passes it through the estimator',
        ),
      noise: z
        .number()
        .positive()
        .default(0.02)
        .describe('Scale of the logistic noise on s_T in training: the choice has logits (s_T - 1/2) / noise')
        .meta({ slider: { from: 1e-4, to: 1, scale: 'log' } }),
    })
    .prefault({})
    .describe("The discrete choice: an item's place in the bundle that a point ends in")
    .meta({ section: 'choice' }),
  evaluationPoints: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(2048)
    .describe('Points s_0 per split that the hard evaluation carries'),
  seed: z
    .int()
    .min(0)
    .default(1)
    .describe(
      'Seed of the means of the initial law and of the evaluated points; all runs of a comparison share it',
    ),
  ...trainingShape,
  ...picturesShape,
  batch: trainingShape.batch.default(256).describe('Points s_0 per step'),
  learningRate: trainingShape.learningRate.default({ kind: 'cosine', from: 0.01, to: 0.0001, until: 1 }),
  temperature: trainingShape.temperature
    .default(0.02)
    .describe(
      'Width of the sigmoid in place of the rounding, sigmoid((s_T - 1/2) / temperature), for estimators that relax: a constant, or a schedule over the steps of a restart',
    ),
  evaluateEvery: trainingShape.evaluateEvery.default(500),
});

export type BundleFlowConfig = z.infer<typeof bundleFlowConfigSchema>;

export function flowShapeOf(config: BundleFlowConfig): FlowShape {
  const { items, field, width, eulerSteps, standardised, initial } = config;
  return {
    items,
    field,
    width: width ?? usualWidth(items),
    eulerSteps,
    inputCentre: standardised ? 0.5 : 0,
    inputScale: standardised ? initial.deviation : 1,
  };
}
