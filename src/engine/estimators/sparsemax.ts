import { z } from 'zod';
import { defineEstimator } from '../core/estimator.ts';
import { entmaxChoice } from './parts/entmax.ts';
import { estimateAt } from './parts/estimate-at.ts';

/**
 * Sparsemax: replaces the choice by the point of the simplex nearest to the logits, and trains that mixture, with no sampling.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ]
 * With:          grad_theta f(y), y = argmin over the simplex of |y - theta / temperature|^2; bits: y = (theta / temperature + 1) /
 *                2 between 0 and 1
 * Requires:      f relaxable; f's own parameters get their gradient at the mixture, not at a choice
 * Shapes:        theta [B, D, K] or [B, D], z and y alike, f [B] -> B times the surrogate's gradient: one gradient per row
 * Bias:          biased: y is not the mean of z, and E f(z) and f(E z) differ; values outside the support of y get no gradient
 *                at all, which grows with 1 / temperature
 * Variance:      zero for the given minibatch; the whole gradient is 0 once one value leads by the temperature (a bit: by one
 *                temperature either way)
 * Cost:          one evaluation of f and of grad f per row, log2 K + 12 passes over the logits to find the threshold; no state
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Martins 2016, section 2. Differs from source: the threshold by Newton's method instead of a sort; used in
 *                place of a choice, with a temperature
 */
export const sparsemax = defineEstimator({
  id: 'sparsemax',
  bias: 'biased',
  supports: ['categorical', 'bernoulli'],
  needsRelaxable: true,
  stackable: ['categorical', 'bernoulli'],
  readsTemperature: () => true,
  noise: () => 'none',
  pathwise: true,
  settings: z.strictObject({}),
  estimate({ choice, objective, temperature }) {
    return estimateAt(entmaxChoice(choice, temperature, 2), objective);
  },

  label: 'Sparsemax',
  family: 'relaxation',
  summary: 'Trains a sparse mixture of values in place of the choice: a softmax that reaches 0.',
  references: [
    {
      authors: 'Martins, Astudillo',
      title: 'From Softmax to Sparsemax: A Sparse Model of Attention and Multi-Label Classification',
      venue: 'ICML 2016',
      url: 'https://arxiv.org/abs/1602.02068',
    },
  ],
  help: {
    formula: String.raw`\nabla_\theta\, f(y),\qquad y = \operatorname*{argmin}_{y \in \Delta} \left\lVert y - \theta / \tau \right\rVert^2`,
    intuition:
      'The choice is replaced by the point of the simplex nearest to the logits. Unlike softmax it reaches the edges: values far below the best have weight exactly 0, and a clear winner is a hard choice. Nothing is sampled.',
    fails: String.raw`Values of weight 0 get no gradient and cannot come back by themselves. Once one value leads by $\tau$, the whole gradient of that row is 0: a norm of the gradient that drops to nothing is the sign, and a higher temperature the remedy. As with every mixture, its value may be one that no choice has.`,
  },
  examples: [{}],
});
