/**
 * Problem `toy-continuous`: E f(z) for real z from a distribution of which m = a theta + b is a parameter, with theta trained; by
 * default E |z|^2 for z ~ N(m, s^2 R), R with ones on its diagonal and the same correlation everywhere else.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { counted } from '../../../shared/counted.ts';
import type { ChartDescriptor, MetricDescriptor } from '../../../shared/descriptor.ts';
import { defineProblem, type ProblemInstance } from '../../core/problem.ts';
import { metric } from '../metric-descriptors.ts';
import { elementwiseNames, reductionNames } from '../../objectives/expression.ts';
import { parseObjective } from '../../objectives/objective-text.ts';
import { realObjective, type RealObjective } from '../../objectives/real-objective.ts';
import { rootKey } from '../../random/key.ts';
import { trainingShape } from '../training-config.ts';
import { exactValue, modeValue, refuseUnusable, smallestExpectation } from './evaluate.ts';
import { toyContinuousPresets } from './presets.ts';
import { trainedLaw } from './trained-law.ts';

const LARGEST = 1000;
const MOST_DIMENSIONS = 32;
/** Draws for E f where f is no sum with one term a number. */
const SAMPLED_VALUES = 4096;
const SAMPLING_KEY = rootKey(20_261_129);

const shape = z
  .strictObject({
    objective: z
      .string()
      .max(1000)
      .default('expr:z^2')
      .describe(
        `f, as expr:<formula in z, the real numbers>. Formulas have numbers, lists of numbers, pi, e, n (how many numbers), + - * / ^, comparisons, ${elementwiseNames.join(', ')}, ${reductionNames.join(', ')}, numbers counted from 0 as in z[0] * z[1], and sums over an index as in sum(z[i] * z[i + 1], i, 0, n - 2); a formula that gives one value per number of z is summed`,
      ),
    distribution: z
      .enum([
        ...(['normal', 'laplace', 'logistic', 'gumbel', 'cauchy'] as const),
        ...(['log-normal', 'exponential', 'inverse-gamma'] as const),
      ])
      .default('normal')
      .describe(
        'Distribution of z, of which m = a theta + b is trained: normal, laplace, logistic, gumbel, cauchy: m is the location; log-normal: that of log z; exponential: the mean is s e^m; inverse-gamma: the shape is e^m',
      ),
    dimensions: z
      .int()
      .min(1)
      .max(MOST_DIMENSIONS)
      .default(1)
      .describe('Numbers D that z has, each with its own theta'),
    correlation: z
      .number()
      .gt(-1)
      .lt(1)
      .default(0)
      .describe('Correlation of any two numbers of a normal z, above -1 / (D - 1); used with several'),
    slope: z
      .number()
      .min(-LARGEST)
      .max(LARGEST)
      .refine((slope) => slope !== 0, 'expected a number other than 0, so that theta moves m')
      .default(2)
      .describe('Slope a of m = a theta + b'),
    intercept: z.number().min(-LARGEST).max(LARGEST).default(3).describe('Intercept b of m = a theta + b'),
    deviation: z
      .number()
      .positive()
      .max(LARGEST)
      .default(1)
      .describe(
        'Scale s of each number: for a normal z its standard deviation, for a log-normal one that of log z',
      ),
    initialTheta: z.number().min(-LARGEST).max(LARGEST).default(0).describe('theta at step 0'),
    ...trainingShape,
    batch: trainingShape.batch
      .default(1)
      .describe('Independent choices per step, whose estimates are averaged'),
  })
  // Nothing relaxes a continuous choice.
  .omit({ temperature: true });

const config = shape
  .refine(({ dimensions, correlation }) => correlation * (dimensions - 1) > -1, {
    path: ['correlation'],
    message:
      'so many numbers cannot all be correlated so negatively: expected more than -1 / (dimensions - 1)',
  })
  .refine(({ distribution, correlation }) => distribution === 'normal' || correlation === 0, {
    path: ['correlation'],
    message: 'only the numbers of a normal z can be correlated: expected 0 with another distribution',
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
  metric(
    'expectedValue',
    'Expected f',
    `E f at theta as it is: squares by the moments of z, other sums over the numbers of z by quadrature, and anything that is not a sum as the mean of ${SAMPLED_VALUES} draws with fixed noise.`,
    'lower',
    { column: 'expected f', baselines: true },
  ),
  metric(
    'modeValue',
    'f of the mode',
    'f of the most probable z; left out where f has no value there.',
    'lower',
    { column: 'f of the mode', baselines: true },
  ),
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

export const toyContinuous = defineProblem<Config, RealObjective>({
  id: 'toy-continuous',
  earlierIds: ['toy-gaussian'],
  label: 'Toy: reals',
  summary:
    'One real number or several, drawn from one of eight distributions with a trained parameter, and any f to minimise; by default the square of a Gaussian: what a gradient looks like where the choice is not discrete.',
  direction: 'minimize',
  stackable: true,
  choice: () => ({ kind: 'continuous' }),
  config,
  metrics,
  charts,
  baselines: [
    {
      name: 'optimum',
      bound: true,
      label: 'Smallest E f',
      help: 'The smallest E f of any theta, or what it comes near to as theta goes ever further: squares by the moments of z (for a normal one D s^2, its variance), other sums by a search over quadratures; left out where f is not a sum over the numbers of z.',
      everySplit: true,
    },
  ],
  presets: toyContinuousPresets,
  references: [
    {
      authors: 'Mohamed, Rosca, Figurnov, Mnih',
      title: 'Monte Carlo Gradient Estimation in Machine Learning',
      venue: 'JMLR 21, 2020, section 3',
      url: 'https://arxiv.org/abs/1906.10652',
    },
    {
      authors: 'Figurnov, Mohamed, Mnih',
      title: 'Implicit Reparameterization Gradients',
      venue: 'NeurIPS 2018',
      url: 'https://arxiv.org/abs/1805.08498',
    },
  ],
  help: {
    formula: String.raw`\min_{\theta}\; \mathbb{E}_{z \sim p(z;\, a\theta + b)}\left[f(z)\right],\qquad \text{by default}\quad \mathbb{E}_{z \sim \mathcal{N}(a\theta + b,\, s^2 R)}\left[\lVert z \rVert^2\right] = \lVert a\theta + b \rVert^2 + D s^2`,
    intuition: String.raw`The choice is a real number that moves smoothly with its parameter: for a Gaussian, $z = a\theta + b + s\varepsilon$. The pathwise gradient runs along that path, by default $2 a z$, with variance $4 a^2 s^2$; a score function multiplies the value $z^2$ with the noise, has the same mean $2a(a\theta + b)$, and varies more, the further that is from 0. The other distributions have their own paths: a logarithm or a quotient of noise, and where there is no formula, as for the shape of the inverse gamma, the implicit one.`,
    fails: String.raw`Noise does not vanish at the optimum: there the slope is 0 and the pathwise estimate still varies by $2 a s$, so that $\theta$ wanders with a constant step size. Lower the learning rate over time or use a larger batch. With more dimensions REINFORCE gets worse and the pathwise gradient does not. Heavy tails have their price: squares of a Cauchy variable have no mean at all, and are refused. Where $f$ jumps, the pathwise gradient does not see it, and is refused too. Estimators for discrete choices cannot be used here.`,
  },
  valueMetric: 'estimatedValue',
  hardTrainMetric: 'expectedValue',
  selectionMetric: 'expectedValue',
  memory: ({ batch, dimensions }) => 4 * batch * dimensions * (COPIES + dimensions),
  async check(settings) {
    await loadObjective(settings);
  },
  load: loadObjective,
  describe: ({ dimensions }) => `${counted(dimensions, 'real number')}, no data.`,
  computeBaselines(settings, objective) {
    const optimum = smallestExpectation(settings, objective);
    return Promise.resolve(optimum === undefined ? {} : { optimum });
  },
  create: createInstance,
});

/** @throws AppError validation at `objective`: f does not fit, or E f does not exist at the start or has no minimum */
async function loadObjective(settings: Config): Promise<RealObjective> {
  const { objective, dimensions, slope, intercept, initialTheta } = settings;
  const found = realObjective(await parseObjective(objective), dimensions);
  refuseUnusable(settings, found, new Array<number>(dimensions).fill(slope * initialTheta + intercept));
  return found;
}

function createInstance(config: Config, objective: RealObjective): ProblemInstance {
  const { dimensions, slope, intercept, initialTheta, batch } = config;
  const theta = tf.tidy(() => tf.variable(tf.fill<tf.Rank.R1>([dimensions], initialTheta)));
  const law = trainedLaw(config);
  return {
    parameters: { theta },
    kind: 'continuous',
    latents: dimensions,
    // No number of values counts a continuous choice.
    classes: 0,
    valueScale: 1,
    step({ temperature }) {
      const m = tf.reshape<tf.Rank.R2>(tf.add(tf.mul(theta, slope), intercept), [1, dimensions]);
      return { temperature, choice: law(tf.tile(m, [batch, 1])), objective: objective.tensors };
    },
    async evaluate() {
      const m = Array.from(await theta.data(), (value) => slope * value + intercept);
      const mode = modeValue(config, objective, m);
      return {
        expectedValue: exactValue(config, objective, m) ?? (await sampledMean(law, objective, m)),
        ...(mode === undefined ? {} : { modeValue: mode }),
      };
    },
    dispose: () => theta.dispose(),
  };
}

async function sampledMean(
  law: ReturnType<typeof trainedLaw>,
  objective: RealObjective,
  m: readonly number[],
): Promise<number> {
  const draws = tf.tidy(() => {
    const { distribution, parameters } = law(tf.tile(tf.tensor2d([[...m]]), [SAMPLED_VALUES, 1]));
    return distribution.sample(parameters, SAMPLING_KEY);
  });
  const rows = await draws.array();
  draws.dispose();
  return rows.reduce((sum, z) => sum + objective.value(z), 0) / SAMPLED_VALUES;
}
