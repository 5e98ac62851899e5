import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { ContinuousChoice } from '../core/choice.ts';
import { defineEstimator, type EstimatorInput } from '../core/estimator.ts';
import { stopGradient } from '../core/gradient-flow.ts';
import { fold } from '../random/key.ts';

const settings = z.strictObject({
  samples: z.int().min(1).max(1000).default(1).describe('Samples of z per row, M'),
});

/**
 * Reparameterisation: differentiates f along the path on which a continuous sample moves with its parameters.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ], z real
 * With:          (1/M) sum_m (d z_m / d theta)^T grad f(z_m), z_m = g(theta, noise) with the noise held; where the distribution
 *                has no such g, d z / d theta = -(dF(z; theta) / d theta) / p(z; theta), F its distribution function
 * Requires:      a continuous choice; f with a gradient in z almost everywhere, and no jumps; f's own parameters get (1/M) sum_m
 *                grad f(z_m)
 * Shapes:        theta [B, D] each (a Cholesky factor [B, D, D]), z_m [B, D], f [B] -> B times the surrogate's gradient: one sample
 *                of the estimate per row
 * Bias:          unbiased: gradient and expectation change places; not so where f jumps, whose jumps it does not see
 * Variance:      that of f's slope along the path: mostly far below a score function's, and it does not grow with f's level; falls
 *                as 1/M
 * Cost:          M evaluations of f and of grad f per row, M random numbers per coordinate (inverse gamma: 17); no state
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Kingma 2014, section 2.4; Figurnov 2018, section 3. Differs from source: none
 */
export const reparam = defineEstimator({
  id: 'reparam',
  bias: 'unbiased',
  supports: ['continuous'],
  needsRelaxable: true,
  stackable: ['continuous'],
  pathwise: true,
  settings,
  estimate({
    choice,
    objective,
    key,
    settings: { samples },
  }: EstimatorInput<z.infer<typeof settings>, ContinuousChoice>) {
    const stream = fold(key, 'sample');
    const values = Array.from({ length: samples }, (_, m) =>
      objective.evaluate(choice.distribution.sample(choice.parameters, fold(stream, m))),
    );
    const mean = tf.mean<tf.Scalar>(tf.stack(values));
    return { surrogate: mean, value: stopGradient(mean), evaluations: samples };
  },

  label: 'Reparameterisation',
  family: 'pathwise',
  summary: 'For continuous choices: follows the sample as the parameters move it, with little noise.',
  references: [
    {
      authors: 'Kingma, Welling',
      title: 'Auto-Encoding Variational Bayes',
      venue: 'ICLR 2014',
      url: 'https://arxiv.org/abs/1312.6114',
    },
    {
      authors: 'Figurnov, Mohamed, Mnih',
      title: 'Implicit Reparameterization Gradients',
      venue: 'NeurIPS 2018',
      url: 'https://arxiv.org/abs/1805.08498',
    },
  ],
  help: {
    formula: String.raw`\frac{1}{M} \sum_{m=1}^{M} \left(\frac{\partial z_m}{\partial \theta}\right)^{\!\top} \nabla f(z_m),\qquad z_m = g(\theta, \varepsilon_m)`,
    intuition: String.raw`A continuous sample is a smooth function of its parameters and of noise that does not depend on them. So the noise is held, and the gradient runs through the sample into $f$. It uses the slope of $f$, where a score function has only its value, and is much less noisy.`,
    fails: String.raw`It needs a continuous choice and an $f$ without jumps: at a jump the slope of $f$ says nothing, and the estimate is biased without any sign of it. Where $f$ is very rough, a score function can have less variance. For discrete choices there is no such path, which is why all the other estimators exist.`,
  },
  examples: [{}, { samples: 3 }],
});
