/** Problem `toy-categorical`: E f(z) for one choice of K values, with logits that are trained directly. */
import { z } from 'zod';
import { defineProblem } from '../../core/problem.ts';
import type { ChoiceShape, DiscreteObjective } from '../../objectives/discrete-objective.ts';
import { MOST_ONE_HOT } from '../../objectives/expectation.ts';
import { smallestValue } from '../toy-parts/evaluate.ts';
import { checkInitialLogits, createToy } from '../toy-parts/instance.ts';
import { toyBaselines, toyCharts, toyMetrics } from '../toy-parts/metrics.ts';
import { checkObjective, loadObjective } from '../toy-parts/objective.ts';
import { objectiveText, toyShape } from '../toy-parts/shape.ts';
import { toyCategoricalPresets } from './presets.ts';

const config = z.strictObject({
  objective: objectiveText.default('expr:cos(k)'),
  classes: z.int().min(2).max(MOST_ONE_HOT).default(4).describe('Values K of the choice, k = 0 .. K - 1'),
  ...toyShape,
});
type Config = z.infer<typeof config>;

function shapeOf({ classes }: Config): ChoiceShape {
  return { kind: 'categorical', latents: 1, classes };
}

/** Tensors of [B, K] that a step holds at once, about. */
const COPIES = 12;

export const toyCategorical = defineProblem<Config, DiscreteObjective>({
  id: 'toy-categorical',
  label: 'Toy: one categorical choice',
  summary:
    'One choice of K values with trained logits and any f to minimise: small enough to know the exact gradient at every step.',
  direction: 'minimize',
  stackable: true,
  choice: () => ({ kind: 'categorical' }),
  config,
  metrics: toyMetrics,
  charts: toyCharts,
  baselines: toyBaselines,
  presets: toyCategoricalPresets,
  references: [
    {
      authors: 'Jang, Gu, Poole',
      title: 'Categorical Reparameterization with Gumbel-Softmax',
      venue: 'ICLR 2017',
      url: 'https://arxiv.org/abs/1611.01144',
    },
  ],
  help: {
    formula: String.raw`\min_{\theta}\; \mathbb{E}_{z \sim p(z;\theta)}\left[f(z)\right],\qquad p(z = e_k;\theta) = \frac{e^{\theta_k}}{\sum_j e^{\theta_j}}`,
    intuition: String.raw`One choice of $K$ values whose logits $\theta$ are the only parameters. $\mathbb{E} f$ is a sum of $K$ terms, so the exact gradient is known at every step, and bias and variance of an estimate can be measured against it.`,
    fails: String.raw`A relaxed estimator sees $f$ between the vertices, where the formula may have its lowest point: the estimated value then falls below the smallest $f$ while the choices themselves stay poor. Watch the gap. Logits that are far apart leave almost no gradient, and training stands still.`,
  },
  valueMetric: 'estimatedValue',
  hardTrainMetric: 'expectedValue',
  selectionMetric: 'expectedValue',
  memory: ({ batch, classes }) => COPIES * 4 * batch * classes,
  async check(settings) {
    checkInitialLogits(settings, settings.classes);
    await checkObjective(settings.objective, shapeOf(settings));
  },
  async load(settings) {
    checkInitialLogits(settings, settings.classes);
    return loadObjective(settings.objective, shapeOf(settings));
  },
  describe: ({ shape }) => `one choice of ${shape.classes} values, no data.`,
  computeBaselines(_config, objective) {
    const optimum = smallestValue(objective);
    return Promise.resolve(optimum === undefined ? {} : { optimum });
  },
  create: (settings, objective, init) => createToy(settings, objective, settings.classes, init),
});
