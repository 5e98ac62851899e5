import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineEstimator } from '../core/estimator.ts';
import { randomIntegers } from '../random/fill.ts';
import { fold } from '../random/key.ts';
import { uniform } from '../random/noise.ts';
import { armPair, pairEstimate } from './parts/antithetic.ts';
import { swapEstimate } from './parts/swaps.ts';

/**
 * ARM: compares f at samples made from the same random numbers, mirrored or exchanged, weighed by those numbers.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ]
 * With:          bits: (f(z) - f(z')) (u - 1/2), z = 1[u > 1 - p], z' = 1[u < p], u uniform, p = sigmoid(theta); categorical (ARS):
 *                (f(z^c) - mean_m f(z^m)) (1 - K pi_j), z = one_hot(argmax(theta - log pi)), pi uniform on the simplex, z^c with the
 *                entries c and j of pi exchanged in every choice of the row, j random, one per row
 * Requires:      nothing of f, not even a gradient in z; f's own parameters get (grad f(z) + grad f(z')) / 2, categorical grad f(z)
 * Shapes:        theta [B, D, K] or [B, D], z alike, f [B] -> B times the surrogate's gradient: one sample of the estimate per row
 * Bias:          unbiased: the gradient of an expectation over uniform or Dirichlet noise, which exchanges leave as it is
 * Variance:      never below that of DisARM for bits, which averages u out; falls with the differences of f between the samples
 * Cost:          bits: two evaluations of f and of grad f per row, one uniform number per choice; categorical: K evaluations of f, one
 *                of grad f, K uniform numbers per choice; no state
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Yin, Zhou 2019, theorem 1; categorical: Yin, Yue, Zhou 2019, section 3. Differs from source: ARS with one random reference j a
 *                row, not ARSM's mean over all j, which takes up to K (K - 1) / 2 + 1 evaluations
 */
export const arm = defineEstimator({
  id: 'arm',
  bias: 'unbiased',
  supports: ['categorical', 'bernoulli'],
  needsRelaxable: false,
  stackable: ['bernoulli'],
  settings: z.strictObject({}),
  estimate({ choice, objective, key }) {
    if (choice.kind === 'categorical') {
      const { shape } = choice.logits;
      const exponentials = tf.neg(tf.log(uniform(fold(key, 'simplex'), shape)));
      const reference = randomIntegers(fold(key, 'reference'), shape[0], shape[2]);
      return swapEstimate(choice, objective, exponentials, reference);
    }
    const u = uniform(fold(key, 'pair'), choice.logits.shape);
    return pairEstimate(choice, objective, (constant) => armPair(constant, u));
  },

  label: 'ARM',
  family: 'score-function',
  summary: 'Differences of f at antithetic or exchanged samples, times their noise.',
  references: [
    {
      authors: 'Yin, Zhou',
      title: 'ARM: Augment-REINFORCE-Merge Gradient for Stochastic Binary Networks',
      venue: 'ICLR 2019',
      url: 'https://arxiv.org/abs/1807.11143',
    },
    {
      authors: 'Yin, Yue, Zhou',
      title:
        'ARSM: Augment-REINFORCE-Swap-Merge Estimator for Gradient Backpropagation Through Categorical Variables',
      venue: 'ICML 2019',
      url: 'https://arxiv.org/abs/1905.01413',
    },
  ],
  help: {
    formula: String.raw`\left(f(z) - f(z')\right)\left(u - \tfrac{1}{2}\right),\qquad z = \mathbf{1}[u > 1 - p],\ z' = \mathbf{1}[u < p]`,
    intuition:
      'Two samples are made from the same uniform numbers, once as they are and once mirrored. Where both are equal, nothing is learnt and nothing is added; where they differ, the difference of $f$ is credited to each bit in proportion to how far its number lies from the middle. No baseline has to be tuned.',
    fails:
      'Every bit gets the same difference of $f$ with a random weight, even a bit that is equal in both samples, so the variance grows with the number of bits. DisARM removes that weight at no cost and is never worse. For a choice of $K$ values it needs $K$ evaluations of $f$, as many as the exact gradient of a single choice.',
  },
  examples: [{}],
});
