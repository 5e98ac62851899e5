import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Choice, StagedChoice } from '../core/choice.ts';
import { defineEstimator, type EstimatorInput } from '../core/estimator.ts';
import { detached, onOwnTape, stopGradient, withGradient } from '../core/gradient-flow.ts';
import { walk } from '../core/stages.ts';
import { fold } from '../random/key.ts';
import { probabilities } from './parts/choice-maths.ts';
import { scored } from './parts/score-walks.ts';
import { weightedScores } from './parts/scores.ts';
import { unorderedWeights } from './parts/unordered-weights.ts';
import { distinctSamples, distinctWalks } from './parts/without-replacement.ts';

const settings = z
  .strictObject({
    samples: z
      .int()
      .min(1)
      .max(10)
      .default(4)
      .describe('Distinct samples of z per row, k; fewer where there are fewer values'),
    baseline: z.boolean().default(true).describe('Subtract from f what the other samples say about its mean'),
  })
  .refine(({ samples, baseline }) => !baseline || samples > 1, {
    path: ['samples'],
    message: 'the built-in baseline needs at least 2 samples',
  });
type Settings = z.infer<typeof settings>;

/**
 * Unordered set: draws distinct values of z, and weighs each by what the set, not the order, says about it.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ]
 * With:          sum_{s in S} p(s) R(S, s) (f(s) - B_s) grad_theta log p(s; theta), S: k values of z drawn without replacement,
 *                R(S, s) = P^s(S \ s) / P(S), B_s = p(s) f(s) + sum_{t in S \ s} p(t) R^s(S, t) f(t), or 0; stages: S by
 *                stochastic beam search
 * Requires:      nothing of f, not even a gradient in z; f's own parameters get sum_s p(s) R(S, s) grad f(s)
 * Shapes:        theta [B, D, K] or [B, D], z alike, f [B] -> B times the surrogate's gradient: one sample of the estimate per row
 * Bias:          unbiased: a single-sample estimate averaged over the order of the set; so is B_s, given s
 * Variance:      never above that of one of its samples; none of f is evaluated twice; zero when all values of z are drawn
 * Cost:          k evaluations of f and of grad f per row, 2^k small sums, k K Gumbel numbers per choice; in stages the logits of
 *                each k times to draw and k times for their gradient; no state
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Kool 2020, sections 3 and 4; stages: Kool 2019, algorithm 1. Differs from source: the probabilities of sets are
 *                summed over subsets and not integrated, so that k is at most 10
 */
export const unorderedSet = defineEstimator({
  id: 'unordered-set',
  bias: 'unbiased',
  supports: ['categorical', 'bernoulli'],
  needsRelaxable: false,
  stackable: ['categorical', 'bernoulli'],
  noise: ({ samples }, values) => (samples < values ? 'drawn' : 'rounding'),
  settings,
  estimate({ choice, objective, key, settings: { samples, baseline } }) {
    const constant = { ...choice, logits: stopGradient<tf.Tensor>(choice.logits) } as Choice;
    const { draws, logProbability } = distinctSamples(constant, fold(key, 'sample'), samples);
    const values = tf.stack(draws.map((draw) => objective.evaluate(draw))); // [S, B]
    const { weights, rest } = weighed(logProbability, values, baseline);
    const mean = tf.mean<tf.Scalar>(tf.sum(tf.mul(weights, values), 0));
    const score = withGradient(choice.logits, () => {
      const rows = values.shape[1]!;
      return weightedScores(draws, probabilities(choice, 1), tf.mul(tf.mul(weights, rest()), 1 / rows));
    });
    return { surrogate: tf.add(mean, score), value: stopGradient(mean), evaluations: draws.length };
  },
  estimateStages({
    choice,
    objective,
    key,
    settings: { samples, baseline },
  }: EstimatorInput<Settings, StagedChoice>) {
    const { draws, logProbability } = onOwnTape(() => distinctWalks(choice, fold(key, 'sample'), samples));
    const walks = scored(draws.map((values) => walk(choice, (_, s) => values[s]!)));
    const values = tf.stack(draws.map((draw) => objective.evaluate(draw))); // [S, B]
    const { weights, rest } = weighed(logProbability, values, baseline);
    const mean = tf.mean<tf.Scalar>(tf.sum(tf.mul(weights, values), 0));
    const advantages = detached(() => tf.mul(tf.mul(weights, rest()), 1 / values.shape[1]!));
    const scores = Array.from({ length: choice.stages }, (_, s) => walks.stage(s).weighted(() => advantages));
    return {
      surrogate: tf.addN<tf.Scalar>([mean, ...scores]),
      value: stopGradient(mean),
      evaluations: draws.length,
    };
  },

  label: 'Unordered set',
  family: 'score-function',
  summary: 'Score function over distinct samples, drawn without replacement, with a built-in baseline.',
  references: [
    {
      authors: 'Kool, van Hoof, Welling',
      title: 'Estimating Gradients for Discrete Random Variables by Sampling without Replacement',
      venue: 'ICLR 2020',
      url: 'https://openreview.net/forum?id=rklEj2EFvB',
    },
    {
      authors: 'Kool, van Hoof, Welling',
      title:
        'Stochastic Beams and Where to Find Them: The Gumbel-Top-k Trick for Sampling Sequences Without Replacement',
      venue: 'ICML 2019',
      url: 'https://arxiv.org/abs/1903.06059',
    },
  ],
  help: {
    formula: String.raw`\sum_{s \in S} p(s)\, R(S,s) \left(f(s) - B_s\right) \nabla_\theta \log p(s;\theta),\qquad R(S,s) = \frac{P^{\setminus s}(S \setminus s)}{P(S)}`,
    intuition:
      'Evaluating $f$ twice at the same choice teaches nothing, so the samples are drawn without replacement. A likely choice then nearly always appears, and its weight says how much of the probability it stands for. The other samples of the set give each its baseline.',
    fails:
      'Where there are very many values of similar, tiny probability, samples hardly ever repeat, and it does no better than REINFORCE with leave-one-out baselines. The sums over subsets grow as $2^k$. When one value has almost all of the probability, the others are evaluated for almost no weight.',
  },
  examples: [{}, { samples: 2 }, { samples: 3, baseline: false }, { samples: 1, baseline: false }],
});

/** p R of each sample, [S, B], and f less the built-in baseline, from log p of the samples, [B, S], and f, [S, B]. */
function weighed(logProbability: tf.Tensor, values: tf.Tensor, baseline: boolean) {
  const { first, second } = unorderedWeights(tf.exp(logProbability));
  return {
    weights: tf.transpose(first),
    rest: () => {
      if (!baseline) return values;
      const expected = tf.squeeze(tf.matMul(second, tf.expandDims(tf.transpose(values), 2)), [2]); // [B, S]
      return tf.sub(values, tf.transpose(expected));
    },
  };
}
