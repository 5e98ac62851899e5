import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineEstimator, type EstimatorState } from '../core/estimator.ts';
import { detached, stopGradient, withGradient } from '../core/gradient-flow.ts';
import { fold } from '../random/key.ts';
import { hardSample, probabilities } from './parts/choice-maths.ts';
import { weightedScores } from './parts/scores.ts';

const settings = z
  .strictObject({
    samples: z.int().min(1).max(1000).default(1).describe('Samples of z a row, M'),
    baseline: z
      .enum(['none', 'moving-average', 'leave-one-out'])
      .default('moving-average')
      .describe(
        'What is subtracted from f: nothing, the average of earlier steps, or the mean of the other samples',
      ),
    decay: z
      .number()
      .min(0)
      .lt(1)
      .default(0.99)
      .describe('Share of the moving average that stays at each step'),
  })
  .refine(({ samples, baseline }) => baseline !== 'leave-one-out' || samples > 1, {
    path: ['samples'],
    message: 'the leave-one-out baseline needs at least 2 samples',
  });

/**
 * REINFORCE: moves probability towards the samples with a better f than the baseline, whatever f looks like inside.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ]
 * With:          (1/M) sum_m (f(z_m) - b_m) grad_theta log p(z_m; theta), z_m ~ p(z; theta); b_m = 0, or the moving average of
 *                f over earlier steps, or the mean of f over the other M - 1 samples of the row
 * Requires:      nothing of f, not even a gradient in z; f's own parameters get (1/M) sum_m grad f(z_m)
 * Shapes:        theta [B, D, K] or [B, D], z_m alike, f [B] -> B times the surrogate's gradient: one sample of the estimate a row
 * Bias:          unbiased: the score has mean 0 and no baseline depends on its own sample
 * Variance:      grows with the spread of f - b and with D; falls as 1/M; large where f is far from 0 without a baseline
 * Cost:          M evaluations of f and of grad f a row, M uniform numbers a choice; two numbers of state for the moving average
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Williams, "Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning", Machine
 *                Learning 8, 1992, section 4, https://doi.org/10.1007/BF00992696; leave-one-out: Kool, van Hoof, Welling,
 *                "Buy 4 REINFORCE Samples, Get a Baseline for Free!", ICLR 2019 workshop,
 *                https://openreview.net/forum?id=r1lgTGL5DE. Differs from source: the moving average is over whole
 *                minibatches, divided by the sum of its weights so that early steps are not pulled to 0
 */
export const reinforce = defineEstimator({
  id: 'reinforce',
  label: 'REINFORCE',
  family: 'score-function',
  summary: 'Score function times f minus a baseline: needs only values of f, unbiased, noisy.',
  bias: 'unbiased',
  supports: ['categorical', 'bernoulli'],
  needsRelaxable: false,
  settings,
  references: [
    {
      authors: 'Williams',
      title: 'Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning',
      venue: 'Machine Learning 8, 1992',
      url: 'https://doi.org/10.1007/BF00992696',
    },
    {
      authors: 'Kool, van Hoof, Welling',
      title: 'Buy 4 REINFORCE Samples, Get a Baseline for Free!',
      venue: 'ICLR 2019 workshop',
      url: 'https://openreview.net/forum?id=r1lgTGL5DE',
    },
  ],
  help: {
    formula: String.raw`\frac{1}{M}\sum_{m=1}^{M} \left(f(z_m) - b_m\right) \nabla_\theta \log p(z_m;\theta),\qquad z_m \sim p(z;\theta)`,
    intuition:
      'Draw choices, and make those more probable that did better than the baseline $b$. Only values of $f$ are needed, no slope, so $f$ may be anything. A baseline that does not depend on its own sample leaves the mean alone and takes variance away.',
    fails:
      'The variance grows with the spread of $f - b$ and with the number of choices, and falls only as $1/M$. With many values the good ones are rarely drawn, and nothing is learnt of what was not drawn. A gradient norm that jumps while the value stands still is the sign: take more samples, leave-one-out baselines, or smaller steps.',
  },
  examples: [
    {},
    { baseline: 'none' },
    { samples: 3, baseline: 'moving-average', decay: 0.9 },
    { samples: 4, baseline: 'leave-one-out' },
  ],
  init: ({ settings: { baseline } }) => ({
    parameters: {},
    buffers: baseline === 'moving-average' ? { sum: zero(), weight: zero() } : {},
  }),
  estimate({ choice, objective, key, settings: { samples, baseline, decay }, state }) {
    const p = detached(() => probabilities(choice, 1));
    const draws = Array.from({ length: samples }, (_, m) =>
      hardSample(choice, fold(fold(key, 'sample'), m), p),
    );
    const values = tf.stack(draws.map((draw) => objective.evaluate(draw))); // [M, B]
    const mean = tf.mean<tf.Scalar>(values);

    const score = withGradient(choice.logits, () => {
      const advantages = tf.mul(centred(values, baseline, state), 1 / values.size);
      return weightedScores(draws, p, advantages);
    });
    return {
      surrogate: tf.add(mean, score),
      value: stopGradient(mean),
      evaluations: samples,
      ...(baseline === 'moving-average' ? movingAverage(mean, decay, state) : {}),
    };
  },
});

/** f minus its baseline, [M, B]. */
function centred(
  values: tf.Tensor,
  baseline: z.infer<typeof settings>['baseline'],
  state: EstimatorState,
): tf.Tensor {
  const samples = values.shape[0];
  switch (baseline) {
    case 'none':
      return tf.clone(values);
    case 'moving-average':
      return tf.sub(values, currentAverage(state));
    case 'leave-one-out':
      return tf.mul(tf.sub(values, tf.mean(values, 0, true)), samples / (samples - 1));
  }
}

function zero(): tf.Variable {
  return tf.tidy(() => tf.variable(tf.scalar(0)));
}

function currentAverage(state: EstimatorState): tf.Tensor {
  const { sum, weight } = state.buffers;
  // Weight 0, before the first step: 0 / tiny = 0.
  return tf.div(sum!, tf.maximum(weight!, 1e-30));
}

function movingAverage(mean: tf.Scalar, decay: number, state: EstimatorState) {
  const { sum, weight } = state.buffers;
  const next = (old: tf.Tensor, fresh: tf.Tensor) =>
    detached(() => tf.add(tf.mul(old, decay), tf.mul(fresh, 1 - decay)));
  return {
    diagnostics: { baseline: detached(() => currentAverage(state)) as tf.Scalar },
    nextBuffers: { sum: next(sum!, mean), weight: next(weight!, tf.scalar(1)) },
  };
}
