import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineEstimator } from '../core/estimator.ts';
import { estimateAt } from './parts/estimate-at.ts';
import { structuredMarginals } from '../structured/marginals.ts';
import { automatonFor, structureSettings } from './parts/structure.ts';

const settings = z.strictObject({
  structure: z
    .enum(['at-most', 'exactly', 'segment', 'knapsack'])
    .default('at-most')
    .describe(
      'Which bits may be 1 together: at most `size` of them, exactly `size`, adjacent ones, or those whose `weights` sum to at most `capacity`',
    ),
  ...structureSettings,
});

/**
 * Soft dynamic programme: replaces bits that are allowed only together by their probabilities under a softened best choice.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ], with the bits bound together instead of independent
 * With:          grad_theta f(y), y_d = P(z_d = 1) under the law ~ exp(<theta, z> / temperature) over the allowed z: the slope of
 *                the dynamic programme for max <theta, z> with log-sum-exp in place of max
 * Requires:      bits; f relaxable; f's own parameters get their gradient at y, not at a choice
 * Shapes:        theta, z and y [B, D], f [B] -> B times the surrogate's gradient: one gradient per row
 * Bias:          biased: f at the mean is not the mean of f, and the law is that of the allowed z only; as the temperature goes to 0,
 *                y becomes the best allowed z
 * Variance:      zero for the given minibatch; gradients vanish as the temperature falls, unless two allowed z tie
 * Cost:          one evaluation of f and of grad f per row; 2 D steps over the pairs of size + 1 states (segment: 3;
 *                knapsack: capacity + 1); no state
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Mensch 2018, section 3. Differs from source: subsets, segments and knapsacks instead of alignments, with a
 *                temperature
 */
export const softDp = defineEstimator({
  id: 'soft-dp',
  bias: 'biased',
  supports: ['bernoulli'],
  needsRelaxable: true,
  stackable: ['bernoulli'],
  readsTemperature: () => true,
  noise: () => 'none',
  pathwise: true,
  settings,
  estimate({ choice, objective, temperature, settings: chosen }) {
    const logits = choice.logits as tf.Tensor2D;
    const automaton = automatonFor(chosen, choice, 'soft-dp')!;
    const scores = tf.mul<tf.Tensor2D>(logits, 1 / temperature);
    return estimateAt(structuredMarginals(scores, automaton), objective);
  },

  label: 'Soft dynamic programme',
  family: 'relaxation',
  summary: 'For bits with a constraint: marginals over the allowed choices, by a softened dynamic programme.',
  references: [
    {
      authors: 'Mensch, Blondel',
      title: 'Differentiable Dynamic Programming for Structured Prediction and Attention',
      venue: 'ICML 2018',
      url: 'https://arxiv.org/abs/1802.03676',
    },
  ],
  help: {
    formula: String.raw`\nabla_\theta\, f(y),\qquad y = \nabla_\theta\; \tau \log \sum_{z \in \mathcal{Z}} e^{\langle \theta, z \rangle / \tau}`,
    intuition: String.raw`Sometimes only some combinations of bits are allowed: a subset of given size, a run of neighbours, or what fits into a knapsack. A dynamic programme finds the best of them; with log-sum-exp in place of its maximum it is smooth, and its slope is the probability of each bit. $f$ is evaluated at these probabilities.`,
    fails: String.raw`It trains the constrained choice: if the problem draws its bits independently, the estimate aims at another law, and is biased at any temperature. As with every mixture, its value may be one that no choice has. At low $\tau$ the best combination leads by so much that gradients vanish.`,
  },
  examples: [{}, { structure: 'exactly' }, { size: 2 }, { structure: 'segment' }],
});
