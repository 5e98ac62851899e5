import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { OneChoice, StagedChoice } from '../core/choice.ts';
import { defineEstimator, type EstimatorInput } from '../core/estimator.ts';
import { detached, stopGradient } from '../core/gradient-flow.ts';
import { fold } from '../random/key.ts';
import {
  baselineFor,
  baselineOfStage,
  baselineSettings,
  continuousIssue,
  initBaseline,
} from './parts/baselines.ts';
import { scoreSamples, type ScoreSamples } from './parts/score-samples.ts';
import { judgedMode, judgedStages, scoreWalks } from './parts/score-walks.ts';

const settings = z
  .strictObject({
    samples: z.int().min(1).max(1000).default(1).describe('Samples of z per row, M'),
    ...baselineSettings,
  })
  .refine(({ samples, baseline }) => baseline !== 'leave-one-out' || samples > 1, {
    path: ['samples'],
    message: 'the leave-one-out baseline needs at least 2 samples',
  });
type Settings = z.infer<typeof settings>;

/**
 * REINFORCE: moves probability towards the samples with a better f than the baseline, whatever f looks like inside.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ]
 * With:          (1/M) sum_m (f(z_m) - b_m) grad_theta log p(z_m; theta), z_m ~ p(z; theta); b_m = 0; or the moving average of f
 *                over earlier steps; or that of E f |s|^2 / E |s|^2, s = grad_theta log p, the constant of least variance; or
 *                the mean of f over the other M - 1 samples of the row; or f at the most probable z (self-critical); or a
 *                learned number or network of p(z; theta) that lowers (f - b)^2 or (f - b)^2 |s|^2 (NVIL); stages: the sum over
 *                s of (R_s - b_s) grad log p(z_s | z_1 .. z_{s-1}), R_s the return to go, or f without costs, or where
 *                the objective has rollouts their mean f, given z_1 .. z_s; a baseline for each stage
 * Requires:      nothing of f, not even a gradient in z; f's own parameters get (1/M) sum_m grad f(z_m). Continuous choices: a
 *                density with a gradient in theta; no self-critical baseline, and a learned one without input
 * Shapes:        theta [B, D, K] or [B, D], z_m alike, f [B] -> B times the surrogate's gradient: one sample of the estimate a
 *                row; continuous: every parameter of the distribution in its own shape
 * Bias:          unbiased: the score has mean 0 and no baseline depends on its own sample
 * Variance:      grows with the spread of f - b and with D; falls as 1/M; large where f is far from 0 without a baseline; of a
 *                continuous choice also as 1 / scale^2
 * Cost:          M evaluations of f and of grad f per row, one more of f if self-critical, M uniform numbers per choice; two numbers
 *                of state for averages, the weights of the learned baseline, for each stage
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Williams 1992, section 4; leave-one-out: Kool 2019; learned: Mnih 2014, section 2.3; constant of least
 *                variance: Greensmith 2004; self-critical: Rennie 2017. Differs from source: averages are over whole
 *                minibatches, divided by the sum of their weights so that early steps are not pulled to 0; the learned
 *                baseline sees the probabilities in place of the input x, and f is not divided by its running standard
 *                deviation, which would scale the gradient
 */
export const reinforce = defineEstimator({
  id: 'reinforce',
  bias: 'unbiased',
  supports: ['categorical', 'bernoulli', 'continuous'],
  needsRelaxable: false,
  stackable: ['categorical', 'bernoulli', 'continuous'],
  settings,
  settingsIssue: (chosen, kind) => (kind === 'continuous' ? continuousIssue(chosen) : undefined),
  init: (context) => initBaseline(context),
  estimate({ choice, objective, key, settings: chosen, state }: EstimatorInput<Settings, OneChoice>) {
    const samples = scoreSamples(choice, key, chosen.samples);
    const values = tf.stack(samples.draws.map((draw) => objective.evaluate(draw))); // [M, B]
    const { rows, evaluations, ...rest } = baselineFor({
      valueOfMode: () => objective.evaluate(samples.mode!()),
      samples,
      values,
      state,
      settings: chosen,
    });
    const score = scoreOf(samples, values, rows);
    const mean = tf.mean<tf.Scalar>(values);
    return {
      surrogate: tf.add(mean, score),
      value: stopGradient(mean),
      evaluations: chosen.samples + evaluations,
      ...(rows && { diagnostics: { baseline: detached(() => tf.mean<tf.Scalar>(rows)) } }),
      ...rest,
    };
  },
  estimateStages({
    choice,
    objective,
    key,
    settings: chosen,
    state,
  }: EstimatorInput<Settings, StagedChoice>) {
    const walks = scoreWalks(choice, key, chosen.samples);
    const keyOf = (m: number) => fold(fold(key, 'rollouts'), m);
    const judged = walks.draws.map((values, m) => judgedStages(objective, values, keyOf(m)));
    const returns = tf.unstack(tf.stack(judged), 2); // S of [M, B]
    const ofMode =
      chosen.baseline === 'self-critical'
        ? tf.unstack(judgedMode(choice, objective, keyOf(chosen.samples)), 1)
        : [];
    const stages = returns.map((values, s) => {
      const samples = walks.stage(s);
      const valueOfMode = () => ofMode[s]!;
      const { rows, ...rest } = baselineOfStage(s, { valueOfMode, samples, values, state, settings: chosen });
      return { score: scoreOf(samples, values, rows), rows, ...rest };
    });
    // f's own parameters get their gradient through f itself, which rollouts have as the last stage's.
    const mean = tf.mean<tf.Scalar>(objective.rollouts === undefined ? returns[0]! : returns.at(-1)!);
    const baselines = stages.flatMap(({ rows }) => (rows === undefined ? [] : [rows]));
    const losses = stages.flatMap(({ sideLoss }) => (sideLoss === undefined ? [] : [sideLoss]));
    return {
      surrogate: tf.addN<tf.Scalar>([mean, ...stages.map(({ score }) => score)]),
      value: stopGradient(mean),
      evaluations: (chosen.samples + stages[0]!.evaluations) * (objective.rollouts?.evaluations ?? 1),
      ...(baselines.length > 0 && {
        diagnostics: {
          baseline: detached(() => tf.mean<tf.Scalar>(tf.stack(baselines.map((rows) => tf.mean(rows))))),
        },
      }),
      ...(losses.length > 0 && { sideLoss: tf.addN<tf.Scalar>(losses) }),
      nextBuffers: Object.assign({}, ...stages.map(({ nextBuffers }) => nextBuffers)) as Record<
        string,
        tf.Tensor
      >,
    };
  },

  label: 'REINFORCE',
  family: 'score-function',
  summary: 'Score function times f minus a baseline: needs only values of f, and is noisy.',
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
    {
      authors: 'Mnih, Gregor',
      title: 'Neural Variational Inference and Learning in Belief Networks',
      venue: 'ICML 2014',
      url: 'https://arxiv.org/abs/1402.0030',
    },
    {
      authors: 'Greensmith, Bartlett, Baxter',
      title: 'Variance Reduction Techniques for Gradient Estimates in Reinforcement Learning',
      venue: 'JMLR 5, 2004',
      url: 'https://jmlr.org/papers/v5/greensmith04a.html',
    },
    {
      authors: 'Rennie, Marcheret, Mroueh, Ross, Goel',
      title: 'Self-Critical Sequence Training for Image Captioning',
      venue: 'CVPR 2017',
      url: 'https://arxiv.org/abs/1612.00563',
    },
  ],
  help: {
    formula: String.raw`\frac{1}{M}\sum_{m=1}^{M} \left(f(z_m) - b_m\right) \nabla_\theta \log p(z_m;\theta),\qquad z_m \sim p(z;\theta)`,
    intuition:
      'Draw choices, and make those that did better than the baseline $b$ more probable. Only values of $f$ are needed, no slope, so $f$ may be anything. A baseline that does not depend on its own sample leaves the mean unchanged and reduces the variance.',
    fails:
      'The variance grows with the spread of $f - b$ and with the number of choices, and falls only as $1/M$. With many values the good ones are rarely drawn, and nothing is learnt about what was not drawn. A gradient norm that jumps while the value stands still is the sign: use more samples, leave-one-out baselines, or smaller steps.',
  },
  examples: [
    {},
    { baseline: 'none' },
    { samples: 3, baseline: 'moving-average', decay: 0.9 },
    { samples: 4, baseline: 'leave-one-out' },
    { baseline: 'optimal' },
    { baseline: 'self-critical' },
    { baseline: 'learned' },
    { samples: 2, baseline: 'learned', input: 'none', loss: 'variance' },
  ],
});

/** (1/M) sum_m (f(z_m) - b_m) grad log p(z_m), of values f [M, B] and a baseline that broadcasts against them. */
function scoreOf(samples: ScoreSamples, values: tf.Tensor, rows: tf.Tensor | undefined): tf.Scalar {
  return samples.weighted(() => {
    const advantages = rows === undefined ? values : tf.sub(values, rows);
    return tf.mul(advantages, 1 / values.size);
  });
}
