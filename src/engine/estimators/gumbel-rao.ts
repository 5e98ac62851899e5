import { z } from 'zod';
import * as tf from '@tensorflow/tfjs-core';
import type { Choice } from '../core/choice.ts';
import { defineEstimator } from '../core/estimator.ts';
import { fold } from '../random/key.ts';
import { hardSample, probabilities, relaxationNoise } from './parts/choice-maths.ts';
import { conditionalSample } from './parts/conditional-noise.ts';
import { estimateAt } from './parts/estimate-at.ts';
import { forwardPoint, sumOf, throughSoft } from './parts/hard-forward.ts';

const settings = z.strictObject({
  samples: z
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe('Draws of the noise given the hard sample, M, over which the backward pass is averaged'),
});

/**
 * Gumbel-Rao: straight-through Gumbel-Softmax whose backward pass is averaged over the noise that leads to the same sample.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ]
 * With:          (1/M) sum_m J(y_m) grad f(z) / temperature, z ~ p(z; theta), y_m = softmax((theta + G_m) / temperature) with
 *                the Gumbel noise G_m given argmax(theta + G_m) = z, J(y) = diag(y) - y y^T; bits: y_m = sigmoid((theta + L_m) /
 *                temperature) with L_m given the bit, y_m (1 - y_m) for J
 * Requires:      f with a gradient at the vertices; f's own parameters get their gradient at the hard sample: unbiased
 * Shapes:        theta [B, D, K] or [B, D], z and y_m alike, f [B] -> B times the surrogate's gradient: one sample of the estimate
 *                per row
 * Bias:          biased: that of straight-through Gumbel-Softmax at the same temperature, for every M
 * Variance:      E[Var(. | z)] / M + the variance of M = infinity, which stays finite as the temperature goes to 0: never above
 *                straight-through Gumbel-Softmax, which is M = 1
 * Cost:          one evaluation of f and of grad f per row, whatever M is; one uniform number and M K Gumbel numbers per choice, M
 *                softmax Jacobian products, one sample of noise in memory at a time; no state
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Paulus 2021, equations 9 and 10. Differs from source: the text under equation 10 lets the derivative run
 *                through G_m too; only with G_m held is the mean that of straight-through Gumbel-Softmax, as the paper states
 *                it and as its published code does it
 */
export const gumbelRao = defineEstimator({
  id: 'gumbel-rao',
  bias: 'biased',
  supports: ['categorical', 'bernoulli'],
  needsRelaxable: true,
  stackable: ['categorical', 'bernoulli'],
  readsTemperature: () => true,
  settings,
  estimate({ choice, objective, key, temperature, settings: { samples } }) {
    const { kind } = choice;
    const hard = hardSample(choice, fold(key, 'sample'));
    const stream = fold(key, 'conditional');
    const passed = forwardPoint(choice, hard, [choice.logits, hard], (slope, saved) => {
      const [logits, sample] = saved as [tf.Tensor, tf.Tensor];
      const given = { kind, logits } as Choice;
      const sum = sumOf(samples, (m) => {
        const noise = relaxationNoise(given, fold(stream, m));
        const scores = conditionalSample(given, sample, noise);
        const soft = probabilities({ kind, logits: scores } as Choice, temperature);
        return throughSoft(kind, soft, slope, temperature);
      });
      return tf.mul(sum, 1 / samples);
    });
    return estimateAt(passed, objective);
  },

  label: 'Gumbel-Rao',
  family: 'straight-through',
  summary:
    'Straight-through Gumbel-Softmax, its backward pass averaged over noise that gives the same sample.',
  references: [
    {
      authors: 'Paulus, Maddison, Krause',
      title: 'Rao-Blackwellizing the Straight-Through Gumbel-Softmax Gradient Estimator',
      venue: 'ICLR 2021',
      url: 'https://arxiv.org/abs/2010.04838',
    },
  ],
  help: {
    formula: String.raw`\frac{1}{M \tau} \sum_{m=1}^{M} J(y_m)\,\nabla f(z),\qquad y_m = \operatorname{softmax}\!\left(\frac{\theta + G_m}{\tau}\right),\quad G_m \sim p\!\left(G \mid \operatorname{argmax}(\theta + G) = z\right)`,
    intuition:
      'Many draws of the noise lead to the same hard sample, and $f$ depends on the sample alone. So $f$ is evaluated once, and the backward pass of straight-through Gumbel-Softmax is averaged over $M$ draws of the noise that agree with it. The mean stays what it was and the variance falls, most of all at low temperature.',
    fails:
      'It removes noise, not bias: the bias is that of straight-through Gumbel-Softmax at the same temperature. The variance over the hard samples stays too, so little is gained beyond about ten draws. Each draw costs a pass over all $K$ values.',
  },
  examples: [{}, { samples: 1 }],
});
