/** Problem `toy-gaussian`: E z^2 for z ~ N(a theta + b, s^2), with theta trained: a continuous choice, for contrast. */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { ChartDescriptor, MetricDescriptor } from '../../../shared/descriptor.ts';
import { defineProblem, type ProblemInstance } from '../../core/problem.ts';
import { normal } from '../../distributions/continuous/normal.ts';
import { trainingShape } from '../training-config.ts';
import { toyGaussianPresets } from './presets.ts';

const LARGEST = 1000;

const config = z.strictObject({
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
  deviation: z.number().positive().max(LARGEST).default(1).describe('Standard deviation s of z'),
  initialTheta: z.number().min(-LARGEST).max(LARGEST).default(0).describe('theta at step 0'),
  ...trainingShape,
  batch: trainingShape.batch
    .default(1)
    .describe('Independent choices of a step, whose estimates are averaged'),
});
type Config = z.infer<typeof config>;

/** Tensors of [B, 1] that a step holds at once, about. */
const COPIES = 12;

function metric(
  name: string,
  label: string,
  help: string,
  better: MetricDescriptor['better'],
): MetricDescriptor {
  return { name, label, help, unit: '', better, column: label.toLowerCase(), deterministic: true };
}

const metrics: readonly MetricDescriptor[] = [
  metric(
    'estimatedValue',
    'Estimated f',
    'What the estimator believes E f to be: its training value.',
    'lower',
  ),
  metric('expectedValue', 'Expected f', 'E f at theta as it is: (a theta + b)^2 + s^2.', 'lower'),
  metric('modeValue', 'f of the mode', 'f of the most probable z: (a theta + b)^2.', 'lower'),
  metric(
    'gap',
    'Gap',
    'Estimated minus expected f: near 0 if the training value can be believed.',
    'neither',
  ),
];

const charts: readonly ChartDescriptor[] = [
  { title: 'Value', metrics: ['expectedValue', 'modeValue', 'estimatedValue'], baselines: true },
  { title: 'Gap', metrics: ['gap'], baselines: false },
];

export const toyGaussian = defineProblem<Config, null>({
  id: 'toy-gaussian',
  label: 'Toy: one Gaussian choice',
  summary:
    'One real number drawn from a Gaussian whose mean is trained, and its square, to be made small: what a gradient looks like where the choice is not discrete.',
  direction: 'minimize',
  choice: 'continuous',
  config,
  metrics,
  charts,
  baselines: [
    { name: 'optimum', label: 'Smallest E f', help: 'E f where the mean is 0: the variance s^2 of z.' },
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
    formula: String.raw`\min_{\theta}\; \mathbb{E}_{z \sim \mathcal{N}(a\theta + b,\, s^2)}\left[z^2\right] = (a\theta + b)^2 + s^2`,
    intuition: String.raw`The choice is a real number, so it moves smoothly with its mean: $z = a\theta + b + s\varepsilon$. Its gradient runs along that path, $2 a z$, and needs no relaxation; a discrete choice has no such path. Everything is known in closed form: the slope is $2a(a\theta + b)$, and the pathwise estimate has variance $4 a^2 s^2$.`,
    fails: String.raw`Noise does not vanish at the optimum: there the slope is 0 and the estimate still varies by $2 a s$, so that $\theta$ wanders with a constant step size. Lower the learning rate over time or take a larger batch. Estimators for discrete choices cannot be used here.`,
  },
  valueMetric: 'estimatedValue',
  hardTrainMetric: 'expectedValue',
  selectionMetric: 'expectedValue',
  memory: ({ batch }) => COPIES * 4 * batch,
  load: () => Promise.resolve(null),
  describe: () => 'one Gaussian choice, no data.',
  computeBaselines: ({ deviation }) => Promise.resolve({ optimum: deviation ** 2 }),
  create: createInstance,
});

function createInstance({ slope, intercept, deviation, initialTheta, batch }: Config): ProblemInstance {
  const theta = tf.tidy(() => tf.variable(tf.tensor1d([initialTheta])));
  return {
    parameters: { theta },
    kind: 'continuous',
    latents: 1,
    // No number of values counts a continuous choice.
    classes: 0,
    valueScale: 1,
    step({ temperature }) {
      const mean = tf.add(tf.mul(theta, slope), intercept);
      return {
        temperature,
        choice: {
          kind: 'continuous',
          distribution: normal,
          parameters: {
            location: tf.tile(tf.reshape(mean, [1, 1]), [batch, 1]),
            scale: tf.fill([batch, 1], deviation),
          },
        },
        objective: { relaxable: true, evaluate: (at) => tf.sum<tf.Tensor1D>(tf.square(at), 1) },
      };
    },
    async evaluate() {
      const [value = Number.NaN] = await theta.data();
      const modeValue = (slope * value + intercept) ** 2;
      return { expectedValue: modeValue + deviation ** 2, modeValue };
    },
    dispose: () => theta.dispose(),
  };
}
