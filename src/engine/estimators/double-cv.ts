import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineEstimator } from '../core/estimator.ts';
import { detached, stopGradient, withGradient } from '../core/gradient-flow.ts';
import { fold } from '../random/key.ts';
import { hardSample, probabilities } from './parts/choice-maths.ts';
import { rowsAndGradient } from './parts/rows-and-gradient.ts';
import { sumOfRow, throughProbabilities, weightedScores } from './parts/scores.ts';

const settings = z.strictObject({
  samples: z.int().min(2).max(100).default(2).describe('Samples of z per row, M'),
  alpha: z
    .number()
    .min(-10)
    .max(10)
    .default(0)
    .describe('Weight of the linear control variate at the start: 0 for leave-one-out, -1 for a linear f'),
  learn: z.boolean().default(true).describe('Learn alpha by lowering the variance of the estimate'),
  rate: z
    .number()
    .min(0.01)
    .max(100)
    .default(10)
    .describe("Learning rate of alpha, in multiples of the model's"),
});

/**
 * Double control variates: leave-one-out REINFORCE with the linear expansion of f around the other samples taken out as well.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ]
 * With:          (1/M) sum_m (f_m + alpha a_m - mean_{j != m} (f_j + alpha a_j)) (z_m - p) - alpha (d p / d theta)^T mean_m f'(z_m),
 *                a_m = mean_{j != m} f'(z_j) . (z_m - p), p = softmax(theta), for bits sigmoid(theta); alpha follows the gradient of
 *                the squared norm of the estimate
 * Requires:      f with a gradient at the vertices; f's own parameters get (1/M) sum_m grad f(z_m)
 * Shapes:        theta [B, D, K] or [B, D], z_m alike, f [B] -> B times the surrogate's gradient: one sample of the estimate per row
 * Bias:          unbiased: a_m uses only the other samples, and the mean of its score term is taken off, for every alpha
 * Variance:      that of leave-one-out at alpha = 0; zero for linear f at alpha = -1; in between it is learned
 * Cost:          M evaluations of f and M gradients in z per row, M uniform numbers per choice; one learned number
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Titsias 2022, section 3. Differs from source: categorical choices by the same formula
 */
export const doubleCv = defineEstimator({
  id: 'double-cv',
  bias: 'unbiased',
  supports: ['categorical', 'bernoulli'],
  needsRelaxable: true,
  stackable: ['categorical', 'bernoulli'],
  settings,
  init: ({ settings: { alpha, rate } }) => ({
    parameters: { alpha: tf.tidy(() => tf.variable(tf.scalar(alpha / rate))) },
    buffers: {},
  }),
  estimate({ choice, objective, key, settings: { samples, learn, rate }, state }) {
    const p = detached(() => probabilities(choice, 1));
    const draws = Array.from({ length: samples }, (_, m) =>
      hardSample(choice, fold(fold(key, 'sample'), m), p),
    );
    const each = draws.map((draw) => rowsAndGradient((at) => objective.evaluate(at), draw));
    const values = tf.stack(each.map(({ rows }) => rows)); // [M, B]; f's own parameters get their gradient here
    const rows = values.shape[1]!;

    /** (1/M) sum_m (x_m - mean of the others) (z_m - p). */
    const leaveOneOut = (x: tf.Tensor) =>
      weightedScores(draws, p, tf.mul(tf.sub(x, tf.mean(x, 0, true)), 1 / (samples - 1)));
    const linear = detached(() => {
      const slopes = each.map(({ gradient }) => gradient);
      const total = tf.addN(slopes);
      const others = slopes.map((slope) => tf.mul(tf.sub(total, slope), 1 / (samples - 1)));
      const a = tf.stack(others.map((slope, m) => sumOfRow(tf.mul(slope, tf.sub(draws[m]!, p)))));
      return tf.sub(leaveOneOut(a), throughProbabilities(choice, p, tf.mul(total, 1 / samples)));
    });
    const alpha = detached(() => tf.mul<tf.Scalar>(state.parameters['alpha']!, rate));
    const gradient = detached(() => tf.add(leaveOneOut(values), tf.mul(alpha, linear)));

    const mean = tf.mean<tf.Scalar>(values);
    const score = withGradient(choice.logits, () => tf.mul(gradient, 1 / rows));
    return {
      surrogate: tf.add(mean, score),
      value: stopGradient(mean),
      evaluations: samples,
      diagnostics: { alpha },
      // The estimate is linear in alpha.
      ...(learn && {
        sideLoss: withGradient(state.parameters['alpha']!, () =>
          tf.mul(tf.sum(tf.mul(gradient, linear)), (2 * rate) / rows),
        ),
      }),
    };
  },

  label: 'Double control variates',
  family: 'control-variate',
  summary: 'Leave-one-out REINFORCE with a linear control variate from the other samples.',
  references: [
    {
      authors: 'Titsias, Shi',
      title: 'Double Control Variates for Gradient Estimation in Discrete Latent Variable Models',
      venue: 'AISTATS 2022',
      url: 'https://arxiv.org/abs/2111.05300',
    },
  ],
  help: {
    formula: String.raw`\frac{1}{M}\sum_{m}\Big(f_m + \alpha a_m - \frac{1}{M-1}\sum_{j \ne m}(f_j + \alpha a_j)\Big)(z_m - p) - \frac{\alpha}{M}\Big(\frac{\partial p}{\partial \theta}\Big)^{\!\top}\sum_m f'(z_m)`,
    intuition: String.raw`The other samples give each sample its baseline, as in leave-one-out, and their slopes also give a straight line. The line is taken out of $f$ with the weight $\alpha$ and its exact gradient is added back. $\alpha$ is learned, so a line that does not help is left out.`,
    fails: String.raw`The slopes are taken at choices, far from the mean, and say little about $f$ where it is strongly curved: then $\alpha$ stays near 0 and only leave-one-out is left, at the price of the gradients. A fast change of $f$ leaves $\alpha$ behind; its chart shows whether it settles.`,
  },
  examples: [{}, { samples: 3, alpha: -1 }, { samples: 4, alpha: 0.5, learn: false }],
});
