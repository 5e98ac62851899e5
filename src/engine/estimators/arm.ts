import { z } from 'zod';
import { defineEstimator } from '../core/estimator.ts';
import { fold } from '../random/key.ts';
import { uniform } from '../random/noise.ts';
import { armPair, pairEstimate } from './parts/antithetic.ts';

/**
 * ARM: compares f at two mirrored samples of bits, weighed by the uniform numbers that made them.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ]
 * With:          (f(z) - f(z')) (u - 1/2), z = 1[u > 1 - p], z' = 1[u < p], u uniform, p = sigmoid(theta)
 * Requires:      bits; nothing of f, not even a gradient in z; f's own parameters get (grad f(z) + grad f(z')) / 2
 * Shapes:        theta [B, D], z alike, f [B] -> B times the surrogate's gradient: one sample of the estimate a row
 * Bias:          unbiased: antithetic form of the gradient of an expectation over exponential or uniform noise
 * Variance:      never below that of DisARM, which averages u out; falls with the difference of f between the two samples
 * Cost:          two evaluations of f and of grad f a row, one uniform number a choice; no state
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Yin, Zhou, "ARM: Augment-REINFORCE-Merge Gradient for Stochastic Binary Networks", ICLR 2019, theorem 1,
 *                https://arxiv.org/abs/1807.11143. Differs from source: none
 */
export const arm = defineEstimator({
  id: 'arm',
  label: 'ARM',
  family: 'score-function',
  summary: 'Difference of f at two antithetic samples of bits, times u - 1/2; unbiased.',
  bias: 'unbiased',
  supports: ['bernoulli'],
  needsRelaxable: false,
  settings: z.strictObject({}),
  references: [
    {
      authors: 'Yin, Zhou',
      title: 'ARM: Augment-REINFORCE-Merge Gradient for Stochastic Binary Networks',
      venue: 'ICLR 2019',
      url: 'https://arxiv.org/abs/1807.11143',
    },
  ],
  help: {
    formula: String.raw`\left(f(z) - f(z')\right)\left(u - \tfrac{1}{2}\right),\qquad z = \mathbf{1}[u > 1 - p],\ z' = \mathbf{1}[u < p]`,
    intuition:
      'Two samples are made from the same uniform numbers, once as they are and once mirrored. Where both are equal, nothing is learnt and nothing is added; where they differ, the difference of $f$ is credited to each bit in proportion to how far its number lies from the middle. No baseline has to be tuned.',
    fails:
      'Every bit gets the same difference of $f$ with a random weight, even a bit that is equal in both samples, so that the variance grows with the number of bits. DisARM takes that weight out at no cost and is never worse. It is for bits only.',
  },
  examples: [{}],
  estimate({ choice, objective, key }) {
    const u = uniform(fold(key, 'pair'), choice.logits.shape);
    return pairEstimate(choice, objective, (constant) => armPair(constant, u));
  },
});
