import { z } from 'zod';
import { defineEstimator } from '../core/estimator.ts';
import { detached } from '../core/gradient-flow.ts';
import { fold } from '../random/key.ts';
import { hardSample, probabilities } from './parts/choice-maths.ts';
import { throughPoints, type PointInput } from './parts/estimate-at.ts';
import * as tf from '@tensorflow/tfjs-core';
import type { Choice } from '../core/choice.ts';
import { forwardPoint, throughSoft } from './parts/hard-forward.ts';

const settings = z.strictObject({
  temperature: z
    .enum(['one', 'schedule'])
    .default('one')
    .describe(
      "Temperature of p_t: 1, at which quadratic f are exact, or that of the run's schedule, above 1 for less variance",
    ),
});
type Settings = z.infer<typeof settings>;

/**
 * ReinMax: straight-through to the second order, the trapezoidal rule in place of the slope at one end.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ]
 * With:          (2 J((p_t + z) / 2) - J(p) / 2) grad f(z), z ~ p(z; theta), p_t = softmax(theta / temperature), J(q) = diag(q)
 *                - q q^T; bits: p_t = sigmoid(theta / temperature), q (1 - q) for J; stages: the slope at z_s is also that of
 *                the later logits
 * Requires:      f with a gradient at the vertices; f's own parameters get their gradient at the hard sample: unbiased
 * Shapes:        theta [B, D, K] or [B, D], z alike, f [B] -> B times the surrogate's gradient: one sample of the estimate per row
 * Bias:          biased: replaces differences of f by the mean of its slopes at both ends; at temperature 1 exact for every
 *                quadratic f of any number of choices, and biased for others
 * Variance:      about that of straight-through; a temperature above 1 lowers it at the price of bias, one below 1 is not meant
 * Cost:          one evaluation of f and of grad f per row, one uniform number per choice, two softmax Jacobian products; no state
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Liu 2023, section 4. Differs from source: no subtraction of the mean of the result, which its code makes and
 *                which is 0 but for rounding
 */
export const reinmax = defineEstimator({
  id: 'reinmax',
  bias: 'biased',
  supports: ['categorical', 'bernoulli'],
  needsRelaxable: true,
  stackable: ['categorical', 'bernoulli'],
  readsTemperature: ({ temperature }) => temperature === 'schedule',
  settings,
  ...throughPoints((choice, { key, temperature, settings: { temperature: which } }: PointInput<Settings>) => {
    const p = detached(() => probabilities(choice, 1));
    const tempered = which === 'one' ? p : detached(() => probabilities(choice, temperature));
    const hard = hardSample(choice, fold(key, 'sample'), p);
    return secondOrderPoint(choice, hard, p, tempered);
  }),

  label: 'ReinMax',
  family: 'straight-through',
  summary: 'Hard sample forward, a second-order correction of straight-through backward.',
  references: [
    {
      authors: 'Liu, Dong, Liu, Yu, Gao',
      title: 'Bridging Discrete and Backpropagation: Straight-Through and Beyond',
      venue: 'NeurIPS 2023',
      url: 'https://arxiv.org/abs/2304.08612',
    },
  ],
  help: {
    formula: String.raw`\left(2\, J\!\left(\tfrac{p_\tau + z}{2}\right) - \tfrac{1}{2}\, J(p)\right) \nabla f(z),\qquad J(q) = \operatorname{diag}(q) - q q^\top`,
    intuition:
      'Straight-through replaces the difference of $f$ between two values by its slope at one end. ReinMax uses the slopes at both ends, as the trapezoidal rule does, from samples of either, and evaluates $f$ only once. For a quadratic $f$ that is no approximation at all.',
    fails:
      'Where $f$ bends more than a quadratic between two values, as with a cosine or a kink, the bias returns. Its two terms partly cancel, so far below temperature 1 the estimate is no better than straight-through. It needs a slope of $f$ at hard choices that means something.',
  },
  examples: [{}, { temperature: 'schedule' }],
});

/**
 * z, with (2 J((tempered + z) / 2) - J(p) / 2) grad f(z) as the gradient for the logits.
 * @param hard the sample z; all three tensors like z, detached
 */
export function secondOrderPoint(
  choice: Choice,
  hard: tf.Tensor,
  p: tf.Tensor,
  tempered: tf.Tensor,
): tf.Tensor {
  const { kind } = choice;
  return forwardPoint(choice, hard, [p, tempered, hard], (slope, saved) => {
    const [plain, other, sample] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
    const middle = tf.mul(tf.add(other, sample), 0.5);
    const towards = tf.mul(throughSoft(kind, middle, slope), 2);
    return tf.sub(towards, tf.mul(throughSoft(kind, plain, slope), 0.5));
  });
}
