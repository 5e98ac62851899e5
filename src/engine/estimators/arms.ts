import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineEstimator } from '../core/estimator.ts';
import { stopGradient, withGradient } from '../core/gradient-flow.ts';
import { fold, type Key } from '../random/key.ts';
import { weightedScores } from './parts/scores.ts';
import { uniform } from '../random/noise.ts';

const settings = z.strictObject({
  samples: z.int().min(2).max(100).default(4).describe('Mutually antithetic samples of z per row, M'),
});

/**
 * ARMS: leave-one-out REINFORCE over several samples of bits that avoid one another, corrected for their correlation.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ]
 * With:          1 / (M - 1) sum_m (f(z_m) - mean f) (z_m - p) p (1 - p) / (p - P11), p = sigmoid(theta); z_m = 1[u_m < p], with u_m
 *                uniform and jointly from a Dirichlet copula; P11 = P(z_1 = z_2 = 1), bit by bit
 * Requires:      bits; nothing of f, not even a gradient in z; f's own parameters get (1/M) sum_m grad f(z_m)
 * Shapes:        theta [B, D], z_m alike, f [B] -> B times the surrogate's gradient: one sample of the estimate per row
 * Bias:          unbiased: given one sample, the score of another has the mean rho times its own, and p (1 - p) / (p - P11) is
 *                1 / (1 - rho)
 * Variance:      that of DisARM for M = 2; falls with M, though the more samples there are, the less any two avoid each other
 * Cost:          M evaluations of f and of grad f per row, M uniform numbers per choice; no state
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Dimitriev 2021, sections 3 and 4. Differs from source: the Dirichlet copula only
 */
export const arms = defineEstimator({
  id: 'arms',
  bias: 'unbiased',
  supports: ['bernoulli'],
  needsRelaxable: false,
  stackable: ['bernoulli'],
  settings,
  estimate({ choice, objective, key, settings: { samples } }) {
    const { draws, p, correction } = antitheticSamples(
      stopGradient<tf.Tensor>(choice.logits),
      fold(key, 'samples'),
      samples,
    );
    const values = tf.stack(draws.map((draw) => objective.evaluate(draw))); // [M, B]
    const score = withGradient(choice.logits, () => {
      const rest = tf.sub(values, tf.mean(values, 0, true));
      const weights = tf.mul(rest, 1 / ((samples - 1) * values.shape[1]!));
      return tf.mul(weightedScores(draws, p, weights), correction);
    });
    const mean = tf.mean<tf.Scalar>(values);
    return { surrogate: tf.add(mean, score), value: stopGradient(mean), evaluations: samples };
  },

  label: 'ARMS',
  family: 'score-function',
  summary: 'Leave-one-out over mutually antithetic samples of bits, corrected for their correlation.',
  references: [
    {
      authors: 'Dimitriev, Zhou',
      title: 'ARMS: Antithetic-REINFORCE-Multi-Sample Gradient for Binary Variables',
      venue: 'ICML 2021',
      url: 'https://arxiv.org/abs/2105.14141',
    },
  ],
  help: {
    formula: String.raw`\frac{1}{M-1}\sum_{m=1}^{M}\left(f(z_m) - \bar f\right)\left(z_m - p\right)\frac{p(1-p)}{p - P_{11}}`,
    intuition:
      'Samples that avoid one another say more about $f$ than independent ones. They are drawn so that each bit is on in some samples and off in others, and serve as baselines for one another. Because they are correlated, the leave-one-out estimate would be too small, by a factor that is known for each bit.',
    fails:
      'The more samples there are, the less each pair can avoid one another, so the gain over independent samples shrinks with $M$. With many bits that flip at once, the difference of $f$ cannot be told apart among them. It is for bits only.',
  },
  examples: [{}, { samples: 2 }, { samples: 3 }],
});

interface AntitheticSamples {
  /** M of them, [B, D]. */
  readonly draws: readonly tf.Tensor[];
  readonly p: tf.Tensor;
  /** p (1 - p) / (p - P11) = 1 / (1 - correlation), [B, D]. */
  readonly correction: tf.Tensor;
}

/** Where a probability underflows, its bits are all alike and nothing is left to correct. */
const TINY = 1e-30;

/**
 * M samples of bits, each with the law of z, that are 1 together as rarely as this copula allows. With d uniform on the simplex,
 * w_m = (1 - d_m)^(M - 1) is uniform; bits are 1[w < p] where p < 1/2 and 1[w > 1 - p] elsewhere, so that the rarer value avoids
 * itself. With r the smaller of p and 1 - p, two samples share it with probability max(2 r^(1 / (M - 1)) - 1, 0)^(M - 1).
 *
 * Source: Dimitriev, Zhou, "ARMS", ICML 2021, section 4.
 */
export function antitheticSamples(logits: tf.Tensor, key: Key, samples: number): AntitheticSamples {
  const [p, opposite] = [tf.sigmoid(logits), tf.sigmoid(tf.neg(logits))];
  const exponentials = tf.neg(tf.log(uniform(key, [samples, ...logits.shape])));
  const total = tf.sum(exponentials, 0, true);
  const w = tf.pow(tf.div(tf.sub(total, exponentials), total), samples - 1); // [M, B, D]
  const seldom = tf.step(tf.sub(0.5, p)); // 1 where p < 1/2
  const bits = tf.add(
    tf.mul(seldom, tf.step(tf.sub(p, w))),
    tf.mul(tf.sub(1, seldom), tf.step(tf.sub(w, opposite))),
  );
  const rare = tf.maximum(tf.minimum(p, opposite), TINY);
  const together = tf.pow(tf.maximum(tf.sub(tf.mul(tf.pow(rare, 1 / (samples - 1)), 2), 1), 0), samples - 1);
  const correction = tf.mul(tf.maximum(p, opposite), tf.div(rare, tf.sub(rare, together)));
  return { draws: tf.unstack(bits), p, correction };
}
