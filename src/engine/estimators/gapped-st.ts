import { z } from 'zod';
import type { Choice } from '../core/choice.ts';
import { defineEstimator } from '../core/estimator.ts';
import { detached } from '../core/gradient-flow.ts';
import { fold } from '../random/key.ts';
import { hardSample, probabilities, withinReach } from './parts/choice-maths.ts';
import { estimateAt } from './parts/estimate-at.ts';
import { forwardPoint, throughSoft } from './parts/hard-forward.ts';
import * as tf from '@tensorflow/tfjs-core';

const settings = z.strictObject({
  gapBy: z
    .enum(['constant', 'probability'])
    .default('constant')
    .describe(
      'How far the chosen logit is put above the others: by `gap`, or by -log(1 - p_z) / p_z, small for likely choices',
    ),
  gap: z
    .number()
    .min(0)
    .max(1000)
    .default(1)
    .describe('The gap, in units of the logits; used with gapBy constant'),
});

/**
 * Gapped straight-through: straight-through Gumbel-Softmax with the noise replaced by the least change that makes the sample win.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ]
 * With:          J(y) grad f(z) / temperature, z ~ p(z; theta), y = softmax(s / temperature), s_z = max theta, s_j = min(theta_j,
 *                max theta - g) for the others, J(y) = diag(y) - y y^T; bits: the two values have the logits 0 and theta
 * Requires:      f with a gradient at the vertices; f's own parameters get their gradient at the hard sample: unbiased
 * Shapes:        theta [B, D, K] or [B, D], z and y alike, f [B] -> B times the surrogate's gradient: one sample of the estimate a
 *                row
 * Bias:          biased: f is differentiated at z, and y is neither z nor p; depends on the gap g and the temperature
 * Variance:      that of the hard sample alone: below straight-through Gumbel-Softmax, and finite at every temperature
 * Cost:          one evaluation of f and of grad f per row, one uniform number per choice; no state
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Fan 2022, section 3. Differs from source: none
 */
export const gappedSt = defineEstimator({
  id: 'gapped-st',
  bias: 'biased',
  supports: ['categorical', 'bernoulli'],
  needsRelaxable: true,
  stackable: ['categorical', 'bernoulli'],
  readsTemperature: () => true,
  settings,
  estimate({ choice, objective, key, temperature, settings: { gapBy, gap } }) {
    const { kind } = choice;
    const p = detached(() => probabilities(choice, 1));
    const hard = hardSample(choice, fold(key, 'sample'), p);
    const soft = detached(() => {
      const logits = gappedScores(choice, hard, gapBy === 'constant' ? gap : p);
      return probabilities({ kind, logits } as Choice, temperature);
    });
    const passed = forwardPoint(choice, hard, [soft], (slope, [y]) =>
      throughSoft(kind, y!, slope, temperature),
    );
    return estimateAt(passed, objective);
  },

  label: 'Gapped straight-through',
  family: 'straight-through',
  summary: 'Hard sample forward; backward a softmax of logits moved just enough for the sample to win.',
  references: [
    {
      authors: 'Fan, Chi, Rush, Rudnicky',
      title: 'Training Discrete Deep Generative Models via Gapped Straight-Through Estimator',
      venue: 'ICML 2022',
      url: 'https://arxiv.org/abs/2206.07235',
    },
  ],
  help: {
    formula: String.raw`J(y)\,\nabla f(z)\,/\,\tau,\quad z \sim p(z;\theta),\quad y = \operatorname{softmax}(s / \tau),\quad s_z = \max_j \theta_j,\quad s_j = \min\!\left(\theta_j,\ \max_i \theta_i - g\right)`,
    intuition:
      'Straight-through Gumbel-Softmax adds noise until the sample wins. Here the sample is drawn first, and the logits are moved by the least that makes it win by a gap $g$; the backward pass is the softmax of these. Given the sample there is no noise left, so the variance is low.',
    fails: String.raw`The bias does not vanish with the temperature, and it depends on the gap: with a large $g$ or a small $\tau$ the softmax is flat around the sample and the gradient dies. A gap of 0 lets ties pass for samples. Try some gaps, and watch the norm of the gradient.`,
  },
  examples: [{}, { gapBy: 'probability' }],
});

/** Of a probability below 1, in float32. */
const ALMOST_ONE = 1 - 2 ** -24;

/**
 * The scores s: the logits, moved so that the sample wins by a gap.
 *
 * The chosen value gets the largest logit, the others at most that minus the gap; like the logits. A bit is a choice between
 * the logits 0 and theta, and its score the difference of the two.
 *
 * This is the paper's theta + m1 - m2, m1 = (max theta - theta_z) z, m2 = max(theta - max theta + gap, 0) (1 - z), without its
 * inf - inf for values that cannot be chosen.
 * @param gap a number, or the probabilities p, like z, for the gap -log(1 - p_z) / p_z
 */
export function gappedScores(choice: Choice, z: tf.Tensor, gap: number | tf.Tensor): tf.Tensor {
  const { kind, logits } = withinReach(choice);
  if (kind === 'categorical') {
    const top = tf.max(logits, -1, true); // [B, D, 1]
    const wide = typeof gap === 'number' ? gap : logGap(tf.sum(tf.mul(gap, z), -1, true));
    const others = tf.minimum(logits, tf.sub(top, wide));
    return tf.where(tf.greater(z, 0), tf.add(top, tf.zerosLike(z)), others);
  }
  const sign = tf.sub(tf.mul(z, 2), 1);
  const wide = typeof gap === 'number' ? gap : logGap(tf.add(tf.mul(gap, sign), tf.sub(1, z)));
  return tf.mul(sign, tf.maximum(tf.relu(tf.mul(sign, logits)), wide));
}

/** -log(1 - p) / p of chosen values, which have p > 0. */
function logGap(p: tf.Tensor): tf.Tensor {
  const below = tf.minimum(p, ALMOST_ONE);
  return tf.neg(tf.div(tf.log1p(tf.neg(below)), below));
}
