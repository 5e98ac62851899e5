import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineEstimator } from '../core/estimator.ts';
import { detached, onOwnTape, stopGradient, withGradient } from '../core/gradient-flow.ts';
import { fold } from '../random/key.ts';
import { hardSample, probabilities } from './parts/choice-maths.ts';
import { rowsAndGradient } from './parts/rows-and-gradient.ts';
import { perRow, sumOfRow, throughProbabilities } from './parts/scores.ts';

/**
 * MuProp: score function with the first-order Taylor expansion of f around the mean choice as control variate.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ]
 * With:          (f(z) - f(p) - (z - p) . f'(p)) grad_theta log p(z; theta) + (d p / d theta)^T f'(p), p = E z: softmax(theta),
 *                for bits sigmoid(theta)
 * Requires:      f relaxable; f's own parameters get grad f(z)
 * Shapes:        theta [B, D, K] or [B, D], z alike, f [B] -> B times the surrogate's gradient: one sample of the estimate per row
 * Bias:          unbiased: the mean of the expansion's score term is (d p / d theta)^T f'(p), which is added back
 * Variance:      zero for f linear in z; that of REINFORCE with what the expansion leaves over, which far from p may be larger than f
 * Cost:          two evaluations of f and of grad f per row (z and p), one uniform number per choice; no state
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Gu 2016, section 4. Differs from source: without the additional learned baseline and variance normalisation
 *                of its experiments
 */
export const muprop = defineEstimator({
  id: 'muprop',
  bias: 'unbiased',
  supports: ['categorical', 'bernoulli'],
  needsRelaxable: true,
  stackable: ['categorical', 'bernoulli'],
  settings: z.strictObject({}),
  estimate({ choice, objective, key }) {
    const p = detached(() => probabilities(choice, 1));
    const hard = hardSample(choice, fold(key, 'sample'), p);
    const value = objective.evaluate(hard);
    const centre = onOwnTape(() => rowsAndGradient((y) => objective.evaluate(y), p));
    const score = withGradient(choice.logits, () => {
      const offset = tf.sub(hard, p);
      const rest = tf.sub(tf.sub(value, centre.rows), sumOfRow(tf.mul(offset, centre.gradient)));
      const estimate = tf.add(
        tf.mul(perRow(rest, p), offset),
        throughProbabilities(choice, p, centre.gradient),
      );
      return tf.mul(estimate, 1 / value.size);
    });
    const mean = tf.mean<tf.Scalar>(value);
    return { surrogate: tf.add(mean, score), value: stopGradient(mean), evaluations: 2 };
  },

  label: 'MuProp',
  family: 'control-variate',
  summary: 'Score function with a linear expansion of f at the mean choice as control variate.',
  references: [
    {
      authors: 'Gu, Levine, Sutskever, Mnih',
      title: 'MuProp: Unbiased Backpropagation for Stochastic Neural Networks',
      venue: 'ICLR 2016',
      url: 'https://arxiv.org/abs/1511.05176',
    },
  ],
  help: {
    formula: String.raw`\left(f(z) - f(p) - f'(p)^\top (z - p)\right) \nabla_\theta \log p(z;\theta) + \left(\frac{\partial p}{\partial \theta}\right)^{\!\top} f'(p)`,
    intuition: String.raw`Near the mean choice $p$, $f$ is almost a straight line, and the gradient of a straight line's expectation is known exactly. So the line is taken out of the noisy score-function term and its gradient is added back without noise. Only what is curved remains to be estimated from the sample.`,
    fails:
      'The mean of a choice is a mixture at which $f$ may behave as it does at no real choice: then the line fits poorly, and the variance can exceed that of REINFORCE with a plain baseline. It needs $f$ and its slope between the choices.',
  },
  examples: [{}],
});
