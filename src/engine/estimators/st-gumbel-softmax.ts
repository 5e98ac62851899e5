import { z } from 'zod';
import { defineEstimator } from '../core/estimator.ts';
import { fold } from '../random/key.ts';
import { throughPoints } from './parts/estimate-at.ts';
import { relaxedPoint } from './parts/gumbel-relaxation.ts';

/**
 * Straight-Through Gumbel-Softmax: evaluates f at the hard sample, and sends the gradient through the relaxed one.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ]
 * With:          (d y / d theta)^T grad f(z), y = softmax((theta + G) / temperature), z = one_hot(argmax(theta + G));
 *                bits: y = sigmoid((theta + L) / temperature), z = 1[theta + L > 0]; stages: the slope at z_s is also that of
 *                the later logits
 * Requires:      f with a gradient at the vertices; f's own parameters get their gradient at the hard sample: unbiased
 * Shapes:        theta [B, D, K] or [B, D], z alike, f [B] -> B times the surrogate's gradient: one sample of the estimate per row
 * Bias:          biased: f is differentiated at z, but z moves as y does; does not vanish with the temperature
 * Variance:      grows without bound as the temperature goes to 0
 * Cost:          one evaluation of f and of grad f per row, K Gumbel numbers per choice; no state
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Jang 2017, section 2.2. Differs from source: none
 */
export const stGumbelSoftmax = defineEstimator({
  id: 'st-gumbel-softmax',
  bias: 'biased',
  supports: ['categorical', 'bernoulli'],
  needsRelaxable: true,
  stackable: ['categorical', 'bernoulli'],
  readsTemperature: () => true,
  settings: z.strictObject({}),
  ...throughPoints((choice, { key, temperature }) =>
    relaxedPoint(choice, fold(key, 'gumbel'), temperature, 'hard'),
  ),

  label: 'Straight-Through Gumbel-Softmax',
  family: 'straight-through',
  summary: 'Hard Gumbel-max sample forward, Gumbel-Softmax backward, with the same noise.',
  references: [
    {
      authors: 'Jang, Gu, Poole',
      title: 'Categorical Reparameterization with Gumbel-Softmax',
      venue: 'ICLR 2017',
      url: 'https://arxiv.org/abs/1611.01144',
    },
  ],
  help: {
    formula: String.raw`\left(\frac{\partial y}{\partial \theta}\right)^{\!\top} \nabla f(z),\qquad y = \operatorname{softmax}\!\left(\tfrac{\theta + G}{\tau}\right),\quad z = \operatorname{onehot}\!\left(\arg\max_k\,(\theta_k + G_k)\right)`,
    intuition:
      'Forward, $f$ sees a hard sample, so the training value is that of real choices. Backward, the sample is taken to move as its relaxed twin $y$ with the same noise. The parameters of $f$ itself get an unbiased gradient.',
    fails: String.raw`The slope of $f$ at $z$ stands in for the difference to the other values, which is wrong wherever $f$ bends: the bias does not vanish at any temperature. Low $\tau$ brings high variance, high $\tau$ a backward pass that looks at values far from the sample. A training value that agrees with the hard one is no proof that the optimum is right.`,
  },
  examples: [{}],
});
