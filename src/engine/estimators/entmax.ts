import { z } from 'zod';
import { defineEstimator } from '../core/estimator.ts';
import { entmaxChoice } from './parts/entmax.ts';
import { estimateAt } from './parts/estimate-at.ts';

const settings = z.strictObject({
  alpha: z
    .number()
    .min(1)
    .max(2)
    .refine((alpha) => alpha === 1 || alpha >= 1.05, {
      message: 'expected 1 (softmax) or at least 1.05: float32 cannot tell values closer to 1 from it',
    })
    .default(1.5)
    .describe('Between softmax (1) and sparsemax (2): the larger, the more values are exactly 0'),
});

/**
 * Entmax: replaces the choice by a sparse mixture between softmax and sparsemax, and trains that, with no sampling at all.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ]
 * With:          grad_theta f(y), y = argmax over the simplex of <theta / temperature, y> + H_alpha(y), H_alpha(y) = (1 - sum
 *                y^alpha) / (alpha (alpha - 1)); bits: the second of two values with the logits 0 and theta
 * Requires:      f relaxable; f's own parameters get their gradient at the mixture, not at a choice
 * Shapes:        theta [B, D, K] or [B, D], z and y alike, f [B] -> B times the surrogate's gradient: one gradient per row
 * Bias:          biased: y is not the mean of z, and E f(z) and f(E z) differ; values outside the support of y get no gradient
 *                at all, which grows with alpha and with 1 / temperature
 * Variance:      zero for the given minibatch; the whole gradient is 0 once one value leads by temperature / (alpha - 1)
 * Cost:          one evaluation of f and of grad f per row, (alpha - 1) log2 K + 12 passes over the logits to find the threshold; no
 *                state
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Peters 2019, section 3. Differs from source: the threshold by Newton's method instead of a sort or a
 *                bisection; used in place of a choice, with a temperature
 */
export const entmax = defineEstimator({
  id: 'entmax',
  bias: 'biased',
  supports: ['categorical', 'bernoulli'],
  needsRelaxable: true,
  stackable: ['categorical', 'bernoulli'],
  readsTemperature: () => true,
  noise: () => 'none',
  pathwise: true,
  settings,
  estimate({ choice, objective, temperature, settings: { alpha } }) {
    return estimateAt(entmaxChoice(choice, temperature, alpha), objective);
  },

  label: 'Entmax',
  family: 'relaxation',
  summary: 'Trains a sparse mixture of values in place of the choice; alpha sets how sparse.',
  references: [
    {
      authors: 'Peters, Niculae, Martins',
      title: 'Sparse Sequence-to-Sequence Models',
      venue: 'ACL 2019',
      url: 'https://arxiv.org/abs/1905.05702',
    },
  ],
  help: {
    formula: String.raw`\nabla_\theta\, f(y),\qquad y = \operatorname*{argmax}_{y \in \Delta}\ \langle \theta / \tau,\, y \rangle + \frac{1 - \sum_k y_k^\alpha}{\alpha (\alpha - 1)}`,
    intuition: String.raw`A family of relaxations between softmax ($\alpha = 1$) and sparsemax ($\alpha = 2$). Weights of values far below the best are exactly 0, and those near it change smoothly. Nothing is sampled.`,
    fails: String.raw`Values of weight 0 get no gradient, and a row whose winner leads by $\tau / (\alpha - 1)$ gets none at all: the norm of the gradient shows it. It is the gradient of the value of a mixture, not of choices; a gap that grows says that training exploits that.`,
  },
  examples: [{}, { alpha: 1.25 }, { alpha: 1 }, { alpha: 2 }],
});
