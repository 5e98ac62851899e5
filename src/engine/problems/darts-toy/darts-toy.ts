/**
 * Problem `darts-toy`: two losses of two numbers, one inside the other, whose solution is known. alpha is trained on the
 * validation loss, w follows on the training loss, and the run shows where the two come to rest.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { ChartDescriptor, MetricDescriptor } from '../../../shared/descriptor.ts';
import type { NoChoice } from '../../core/choice.ts';
import { download } from '../../core/named-tensor.ts';
import { defineProblem, type ProblemInstance } from '../../core/problem.ts';
import { metric } from '../metric-descriptors.ts';
import { picturesShape, trainingShape } from '../training-config.ts';
import { fixedPoint, innerStep, validationLoss } from './bilevel.ts';
import { drawPlane, TRAIL } from './plane.ts';
import { dartsToyPresets } from './presets.ts';

const LARGEST = 100;
/** Places of the way that are kept, the start not counted. */
const MOST_PLACES = 400;

const config = z
  .strictObject({
    unroll: z
      .number()
      .min(0)
      .max(LARGEST)
      .default(0)
      .describe(
        'Step xi of the inner descent through which the slope for alpha is taken: 0 is the first-order approximation',
      ),
    innerRate: z
      .number()
      .positive()
      .lt(1)
      .default(0.1)
      .describe('Step of the gradient descent of w on the training loss, after each step of alpha'),
    initialAlpha: z.number().min(-LARGEST).max(LARGEST).default(2).describe('alpha at step 0'),
    initialWeight: z.number().min(-LARGEST).max(LARGEST).default(-2).describe('w at step 0'),
    ...trainingShape,
    ...picturesShape,
    batch: z
      .int()
      .min(1)
      .max(1)
      .default(1)
      .describe('Always 1: nothing is drawn')
      .meta({ section: 'training' }),
    learningRate: trainingShape.learningRate.default(0.02),
    evaluateEvery: trainingShape.evaluateEvery.default(10),
  })
  // Nothing is chosen, so nothing is relaxed.
  .omit({ temperature: true });
export type DartsToyConfig = z.infer<typeof config>;

const metrics: readonly MetricDescriptor[] = [
  metric(
    'unrolledLoss',
    'Unrolled validation loss',
    'The training value: the validation loss at w after one inner step of size unroll. The mean over the steps since the last logged point (logEvery steps).',
    'lower',
    { column: 'unrolled', baselines: ['optimum', 'restLoss'] },
  ),
  metric(
    'validationLoss',
    'Validation loss',
    'alpha w - 2 alpha + 1 at alpha and w as they are.',
    'neither',
    {
      column: 'validation loss',
      baselines: ['optimum', 'restLoss'],
    },
  ),
  metric('trainingLoss', 'Training loss', '(w - alpha)^2: what the inner descent lowers.', 'lower'),
  metric('alpha', 'alpha', 'The outer variable, trained on the validation loss.', 'neither', {
    column: 'alpha',
    baselines: ['fixedPoint', 'optimalAlpha'],
  }),
  metric('weight', 'w', 'The inner variable, which follows on the training loss.', 'neither', {
    column: 'w',
    baselines: ['fixedPoint', 'optimalAlpha'],
  }),
  metric(
    'optimumDistance',
    'Distance to the optimum',
    'Distance of (alpha, w) to (1, 1), where the validation loss is least among the minima of the training loss.',
    'lower',
    { column: 'to the optimum' },
  ),
  metric(
    'fixedPointDistance',
    'Distance to the fixed point',
    'Distance of (alpha, w) to the point 2 / (1 + 2 unroll) at which both come to rest.',
    'lower',
  ),
  metric(
    'gap',
    'Gap',
    'Unrolled minus actual validation loss: 0 at rest, where the inner step leaves w unchanged.',
    'neither',
  ),
];

const charts: readonly ChartDescriptor[] = [
  { title: 'alpha and w', metrics: ['alpha', 'weight'] },
  { title: 'Distances', metrics: ['optimumDistance', 'fixedPointDistance'] },
  { title: 'Validation loss', metrics: ['validationLoss', 'unrolledLoss'] },
  { title: 'Training loss', metrics: ['trainingLoss'] },
];

export const dartsToy = defineProblem<DartsToyConfig, null>({
  id: 'darts-toy',
  label: 'Toy: bilevel optimisation',
  summary:
    'Two numbers, each with its own loss that depends on the other: where architecture search comes to rest, and where it should.',
  direction: 'minimize',
  stackable: true,
  choice: () => ({ kind: 'none' }),
  config,
  metrics,
  charts,
  baselines: [
    {
      name: 'optimum',
      label: 'Optimum',
      help: 'The least validation loss among the minima w = alpha of the training loss: 0 at (1, 1).',
      everySplit: true,
    },
    {
      name: 'restLoss',
      label: 'Where it comes to rest',
      help: 'Validation loss at the fixed point of this unroll.',
      everySplit: true,
    },
    {
      name: 'fixedPoint',
      label: 'Fixed point',
      help: '2 / (1 + 2 unroll): where both numbers come to rest.',
      everySplit: true,
    },
    { name: 'optimalAlpha', label: 'Optimal alpha', help: '1, and w alike.', everySplit: true },
  ],
  presets: dartsToyPresets,
  references: [
    {
      authors: 'Liu, Simonyan, Yang',
      title: 'DARTS: Differentiable Architecture Search',
      venue: 'ICLR 2019, figure 2',
      url: 'https://arxiv.org/abs/1806.09055',
    },
  ],
  help: {
    formula: String.raw`\min_{\alpha}\; L_{val}\big(w^*(\alpha), \alpha\big),\quad w^*(\alpha) = \arg\min_w L_{train}(w, \alpha);\qquad L_{val} = \alpha w - 2\alpha + 1,\quad L_{train} = w^2 - 2\alpha w + \alpha^2`,
    intuition: String.raw`The inner minimum is $w^*(\alpha) = \alpha$, so the best is $(1, 1)$ with loss $(\alpha - 1)^2 = 0$. Architecture search never solves the inner problem: it moves $\alpha$ by the slope at $w' = w - \xi\, \partial L_{train} / \partial w$, and then moves $w$ by one step. What $\xi$ leaves out of the slope moves the point of rest to $2 / (1 + 2\xi)$.`,
    fails: String.raw`First order ($\xi = 0$) comes to rest at $(2, 2)$, where the validation loss is $1$: it takes $w$ for a constant. $\xi = 1/2$ solves the inner problem in one step and finds the optimum; a larger $\xi$ overshoots it. The losses look converged in every case: only the distance to the optimum tells. Other problems have no such right $\xi$, and nobody knows their optimum.`,
  },
  valueMetric: 'unrolledLoss',
  hardTrainMetric: 'validationLoss',
  selectionMetric: 'optimumDistance',
  pictures: [
    {
      name: 'plane',
      label: 'Plane',
      help: 'The path of (alpha, w), with the optimum and the points of rest.',
      draw: ({ config: drawn, outcome }) => Promise.resolve(drawPlane(drawn, outcome)),
    },
  ],
  memory: () => 4 * MOST_PLACES * 8,
  load: () => Promise.resolve(null),
  describe: () => 'two losses of two numbers, no data.',
  computeBaselines({ unroll }) {
    const rest = fixedPoint(unroll);
    return Promise.resolve({ optimum: 0, restLoss: (rest - 1) ** 2, fixedPoint: rest, optimalAlpha: 1 });
  },
  create: createInstance,
});

function createInstance(given: DartsToyConfig): ProblemInstance<NoChoice> {
  const { unroll, innerRate, initialAlpha, initialWeight, steps } = given;
  const alpha = tf.tidy(() => tf.variable(tf.scalar(initialAlpha)));
  const weight = tf.tidy(() => tf.variable(tf.scalar(initialWeight), false));
  const stride = Math.ceil(steps / MOST_PLACES);
  const places = Math.ceil(steps / stride) + 1;
  // [places, 2]: alpha and w every `stride` steps; places that are still to come hold the last point.
  const trail = tf.tidy(() =>
    tf.variable(tf.tile(tf.tensor2d([[initialAlpha, initialWeight]]), [places, 1]), false),
  );
  return {
    parameters: { alpha },
    state: { weight, trail },
    kind: 'none',
    latents: 0,
    classes: 0,
    valueScale: 1,
    step: () => ({
      temperature: 1,
      choice: { kind: 'none' },
      objective: {
        evaluate: () => tf.reshape<tf.Rank.R1>(validationLoss(innerStep(weight, alpha, unroll), alpha), [1]),
      },
    }),
    // As the paper's algorithm 1: alpha first, then w at the new alpha.
    advance({ step }) {
      tf.tidy(() => {
        weight.assign(innerStep(weight, alpha, innerRate));
        const isPast = tf.cast(
          tf.less(tf.range(0, places, 1, 'int32'), Math.ceil((step + 1) / stride)),
          'float32',
        );
        const past = tf.reshape(isPast, [places, 1]);
        const here = tf.reshape(tf.stack([alpha, weight]), [1, 2]);
        trail.assign(tf.add(tf.mul(trail, past), tf.mul(here, tf.sub(1, past))));
      });
    },
    async evaluate() {
      const [a = Number.NaN] = await alpha.data<'float32'>();
      const [w = Number.NaN] = await weight.data<'float32'>();
      return valuesAt(a, w, unroll);
    },
    outcome: async () => [await download(TRAIL, trail)],
    dispose: () => tf.dispose([alpha, weight, trail]),
  };
}

function valuesAt(a: number, w: number, unroll: number): Readonly<Record<string, number>> {
  const rest = fixedPoint(unroll);
  return {
    validationLoss: a * w - 2 * a + 1,
    trainingLoss: (w - a) ** 2,
    alpha: a,
    weight: w,
    optimumDistance: Math.hypot(a - 1, w - 1),
    fixedPointDistance: Math.hypot(a - rest, w - rest),
  };
}
