/** Problem `toy-bernoulli`: E f(z) for one bit or many, with logits that are trained directly. */
import { z } from 'zod';
import { counted } from '../../../shared/counted.ts';
import { defineProblem } from '../../core/problem.ts';
import type { ChoiceShape, DiscreteObjective } from '../../objectives/discrete-objective.ts';
import { smallestValue } from '../toy-parts/evaluate.ts';
import { checkInitialLogits, createToy } from '../toy-parts/instance.ts';
import { toyBaselines, toyCharts, toyMetrics } from '../toy-parts/metrics.ts';
import { checkObjective, loadObjective } from '../toy-parts/objective.ts';
import { objectiveText, toyShape } from '../toy-parts/shape.ts';
import { toyBernoulliPresets } from './presets.ts';

const config = z.strictObject({
  objective: objectiveText.default('expr:sum((z - 0.45)^2)'),
  bits: z.int().min(1).max(100_000).default(1).describe('Bits D of the choice'),
  sharedLogit: z.boolean().default(false).describe('One trained logit for all bits instead of one each'),
  ...toyShape,
});
type Config = z.infer<typeof config>;

/** Tensors of [B, D] that a step holds at once, about. */
const COPIES = 12;

function shapeOf({ bits }: Config): ChoiceShape {
  return { kind: 'bernoulli', latents: bits, classes: 2 };
}

function trainedLogits({ bits, sharedLogit }: Config): number {
  return sharedLogit ? 1 : bits;
}

export const toyBernoulli = defineProblem<Config, DiscreteObjective>({
  id: 'toy-bernoulli',
  label: 'Toy: bits',
  summary:
    'One bit or many with trained logits and any f to minimise; by default the toy of the REBAR and RELAX papers, (b - t)^2.',
  direction: 'minimize',
  stackable: true,
  choice: () => ({ kind: 'bernoulli' }),
  config,
  metrics: toyMetrics,
  charts: toyCharts,
  baselines: toyBaselines,
  presets: toyBernoulliPresets,
  references: [
    {
      authors: 'Tucker, Mnih, Maddison, Lawson, Sohl-Dickstein',
      title: 'REBAR: Low-variance, unbiased gradient estimates for discrete latent variable models',
      venue: 'NIPS 2017, section 5.1',
      url: 'https://arxiv.org/abs/1703.07370',
    },
  ],
  help: {
    formula: String.raw`\min_{\theta}\; \mathbb{E}_{z \sim p(z;\theta)}\left[f(z)\right],\qquad p(z;\theta) = \prod_{d=1}^{D} \sigma(\theta_d)^{z_d} \left(1 - \sigma(\theta_d)\right)^{1 - z_d}`,
    intuition: String.raw`Independent bits whose logits $\theta$ are the only parameters. With few bits, or an $f$ that is a sum over them, $\mathbb{E} f$ and its gradient are known exactly. The default, $(z - t)^2$ with $t$ near one half, has two values of $f$ that hardly differ: the noise of an estimate hides the slope.`,
    fails: String.raw`Biased estimators come to rest where their own mean is 0, not where the slope is: straight-through stops at $\sigma(\theta) = t$ instead of at a vertex. With many bits and an $f$ that is not a sum, the expected value shown is a mean of draws, and the reference gradient is a large sample.`,
  },
  valueMetric: 'estimatedValue',
  hardTrainMetric: 'expectedValue',
  selectionMetric: 'expectedValue',
  memory: ({ batch, bits }) => COPIES * 4 * batch * bits,
  async check(settings) {
    checkInitialLogits(settings, trainedLogits(settings));
    await checkObjective(settings.objective, shapeOf(settings));
  },
  async load(settings) {
    checkInitialLogits(settings, trainedLogits(settings));
    return loadObjective(settings.objective, shapeOf(settings));
  },
  describe: ({ shape }) => `${counted(shape.latents, 'bit')}, no data.`,
  computeBaselines(_config, objective) {
    const optimum = smallestValue(objective);
    return Promise.resolve(optimum === undefined ? {} : { optimum });
  },
  create: (settings, objective, init) => createToy(settings, objective, trainedLogits(settings), init),
});
