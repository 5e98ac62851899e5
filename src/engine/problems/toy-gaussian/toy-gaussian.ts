/**
 * Problem `toy-gaussian`: E |z|^2 for z ~ N(a theta + b, s^2 R), with theta trained: a continuous choice, for contrast. R has ones on
 * its diagonal and the same correlation everywhere else.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { ChartDescriptor, MetricDescriptor } from '../../../shared/descriptor.ts';
import { defineProblem, type ProblemInstance } from '../../core/problem.ts';
import { metric } from '../metric-descriptors.ts';
import { trainingShape } from '../training-config.ts';
import { gaussianLaw } from './gaussian-law.ts';
import { toyGaussianPresets } from './presets.ts';

const LARGEST = 1000;
const MOST_DIMENSIONS = 32;

const shape = z
  .strictObject({
    dimensions: z
      .int()
      .min(1)
      .max(MOST_DIMENSIONS)
      .default(1)
      .describe('Numbers D that z has, each with a theta of its own'),
    correlation: z
      .number()
      .gt(-1)
      .lt(1)
      .default(0)
      .describe('Correlation of any two of the numbers, above -1 / (D - 1); used with several'),
    slope: z
      .number()
      .min(-LARGEST)
      .max(LARGEST)
      .refine((slope) => slope !== 0, 'expected a number other than 0, so that theta moves the mean')
      .default(2)
      .describe('Slope a of the mean, a theta + b'),
    intercept: z
      .number()
      .min(-LARGEST)
      .max(LARGEST)
      .default(3)
      .describe('Intercept b of the mean, a theta + b'),
    deviation: z.number().positive().max(LARGEST).default(1).describe('Standard deviation s of each number'),
    initialTheta: z.number().min(-LARGEST).max(LARGEST).default(0).describe('theta at step 0'),
    ...trainingShape,
    batch: trainingShape.batch
      .default(1)
      .describe('Independent choices of a step, whose estimates are averaged'),
  })
  // Nothing relaxes a continuous choice.
  .omit({ temperature: true });

const config = shape.refine(({ dimensions, correlation }) => correlation * (dimensions - 1) > -1, {
  path: ['correlation'],
  message: 'so many numbers cannot all be correlated so negatively: expected more than -1 / (dimensions - 1)',
});
type Config = z.infer<typeof config>;

/** Tensors of [B, D] that a step holds at once, about. */
const COPIES = 12;

const metrics: readonly MetricDescriptor[] = [
  metric(
    'estimatedValue',
    'Estimated f',
    'What the estimator believes E f to be, its training value: the mean over the steps since the last logged point (logEvery steps).',
    'lower',
    { column: 'estimated f', baselines: true },
  ),
  metric('expectedValue', 'Expected f', 'E f at theta as it is: |a theta + b|^2 + D s^2.', 'lower', {
    column: 'expected f',
    baselines: true,
  }),
  metric('modeValue', 'f of the mode', 'f of the most probable z: |a theta + b|^2.', 'lower', {
    column: 'f of the mode',
    baselines: true,
  }),
  metric(
    'gap',
    'Gap',
    'Estimated minus expected f: near 0 if the training value can be believed.',
    'neither',
    { column: 'gap' },
  ),
];

const charts: readonly ChartDescriptor[] = [
  { title: 'Value', metrics: ['expectedValue', 'modeValue', 'estimatedValue'] },
  { title: 'Gap', metrics: ['gap'] },
];

export const toyGaussian = defineProblem<Config, null>({
  id: 'toy-gaussian',
  label: 'Toy: a Gaussian choice',
  summary:
    'One real number or several, drawn from a Gaussian whose mean is trained, and their squares, to be made small: what a gradient looks like where the choice is not discrete.',
  direction: 'minimize',
  choice: () => ({ kind: 'continuous' }),
  config,
  metrics,
  charts,
  baselines: [
    {
      name: 'optimum',
      label: 'Smallest E f',
      help: 'E f where the mean is 0: the variance D s^2 of z.',
      everySplit: true,
    },
  ],
  presets: toyGaussianPresets,
  references: [
    {
      authors: 'Mohamed, Rosca, Figurnov, Mnih',
      title: 'Monte Carlo Gradient Estimation in Machine Learning',
      venue: 'JMLR 21, 2020, section 3',
      url: 'https://arxiv.org/abs/1906.10652',
    },
  ],
  help: {
    formula: String.raw`\min_{\theta}\; \mathbb{E}_{z \sim \mathcal{N}(a\theta + b,\, s^2 R)}\left[\lVert z \rVert^2\right] = \lVert a\theta + b \rVert^2 + D s^2`,
    intuition: String.raw`The choice is a real number, so it moves smoothly with its mean: $z = a\theta + b + s\varepsilon$. The pathwise gradient runs along that path, $2 a z$, with variance $4 a^2 s^2$; a score function multiplies the value $z^2$ with the noise, and varies more, the further the mean is from 0. Both have the mean $2a(a\theta + b)$.`,
    fails: String.raw`Noise does not vanish at the optimum: there the slope is 0 and the pathwise estimate still varies by $2 a s$, so that $\theta$ wanders with a constant step size. Lower the learning rate over time or take a larger batch. With more dimensions REINFORCE gets worse and the pathwise gradient does not. Estimators for discrete choices cannot be used here.`,
  },
  valueMetric: 'estimatedValue',
  hardTrainMetric: 'expectedValue',
  selectionMetric: 'expectedValue',
  memory: ({ batch, dimensions }) => 4 * batch * dimensions * (COPIES + dimensions),
  load: () => Promise.resolve(null),
  describe: () => 'a Gaussian choice, no data.',
  computeBaselines: ({ dimensions, deviation }) => Promise.resolve({ optimum: dimensions * deviation ** 2 }),
  create: createInstance,
});

function createInstance(config: Config): ProblemInstance {
  const { dimensions, slope, intercept, deviation, initialTheta, batch } = config;
  const theta = tf.tidy(() => tf.variable(tf.fill<tf.Rank.R1>([dimensions], initialTheta)));
  const law = gaussianLaw(dimensions, deviation, config.correlation);
  return {
    parameters: { theta },
    kind: 'continuous',
    latents: dimensions,
    // No number of values counts a continuous choice.
    classes: 0,
    valueScale: 1,
    step({ temperature }) {
      const mean = tf.reshape<tf.Rank.R2>(tf.add(tf.mul(theta, slope), intercept), [1, dimensions]);
      return {
        temperature,
        choice: law(tf.tile(mean, [batch, 1])),
        objective: { relaxable: true, evaluate: (at) => tf.sum<tf.Tensor1D>(tf.square(at), 1) },
      };
    },
    async evaluate() {
      const values = Array.from(await theta.data());
      const modeValue = values.reduce((sum, value) => sum + (slope * value + intercept) ** 2, 0);
      return { expectedValue: modeValue + dimensions * deviation ** 2, modeValue };
    },
    dispose: () => theta.dispose(),
  };
}
