import { z } from 'zod';
import { defineEstimator } from '../core/estimator.ts';
import { fold } from '../random/key.ts';
import { uniform } from '../random/noise.ts';
import { disarmPair, pairEstimate } from './parts/antithetic.ts';

/**
 * DisARM: compares f at two mirrored samples, and credits the difference to the bits in which they differ.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ]
 * With:          (1/2) (f(z) - f(z')) (z_d - z'_d) sigmoid(|theta_d|), z = 1[u > 1 - p], z' = 1[u < p], u uniform, p = sigmoid(theta);
 *                categorical: the same for the K - 1 bits of a broken stick, each weighed by the mean of u - 1/2 given z and z',
 *                and on through the bits' logits to theta
 * Requires:      nothing of f, not even a gradient in z; f's own parameters get (grad f(z) + grad f(z')) / 2
 * Shapes:        theta [B, D, K] or [B, D], z alike, f [B] -> B times the surrogate's gradient: one sample of the estimate per row
 * Bias:          unbiased: it is the mean of ARM, which is unbiased, given z and z'
 * Variance:      never above that of ARM; zero for one bit at theta = 0; the coupling is weak for probabilities near 0 or 1, and for
 *                categorical choices it depends on the order of the values
 * Cost:          two evaluations of f and of grad f per row, one (K - 1) uniform numbers per choice; no state
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Dong 2020, section 3 (for bits also Yin, Ho, Yan, Qian, Zhou, "Probabilistic Best Subset Selection via
 *                Gradient-Based Optimization", 2020, as U2G); categorical: Dong 2021, section 4. Differs from source: values
 *                keep their order in the stick (the paper also sorts them, and breaks trees)
 */
export const disarm = defineEstimator({
  id: 'disarm',
  bias: 'unbiased',
  supports: ['categorical', 'bernoulli'],
  needsRelaxable: false,
  stackable: ['categorical', 'bernoulli'],
  settings: z.strictObject({}),
  estimate({ choice, objective, key }) {
    const [rows, latents] = choice.logits.shape;
    const shape =
      choice.kind === 'bernoulli' ? choice.logits.shape : [rows, latents, choice.logits.shape[2] - 1];
    const u = uniform(fold(key, 'pair'), shape);
    return pairEstimate(choice, objective, (constant) => disarmPair(constant, u));
  },

  label: 'DisARM',
  family: 'score-function',
  summary: 'Difference of f at two antithetic samples: needs only values of f.',
  references: [
    {
      authors: 'Dong, Mnih, Tucker',
      title: 'DisARM: An Antithetic Gradient Estimator for Binary Latent Variables',
      venue: 'NeurIPS 2020',
      url: 'https://arxiv.org/abs/2006.10680',
    },
    {
      authors: 'Dong, Mnih, Tucker',
      title: 'Coupled Gradient Estimators for Discrete Latent Variables',
      venue: 'NeurIPS 2021',
      url: 'https://arxiv.org/abs/2106.08056',
    },
  ],
  help: {
    formula: String.raw`\tfrac{1}{2}\left(f(z) - f(z')\right)\left(z_d - z'_d\right)\sigma(|\theta_d|),\qquad z = \mathbf{1}[u > 1 - p],\ z' = \mathbf{1}[u < p]`,
    intuition: String.raw`Two samples are drawn from the same uniform numbers, once as they are and once mirrored, so that they differ in as many bits as possible. The difference of $f$ between them is what those bits are worth together. A categorical choice is treated as the bits of a broken stick, "this value, or one further on".`,
    fails:
      'With many choices that all flip at once, the difference of $f$ cannot be told apart among them, and the variance grows with their number. Near certain choices the two samples are mostly equal, and most estimates are 0. With many values, the order of the values matters: likely ones are best placed first.',
  },
  examples: [{}],
});
