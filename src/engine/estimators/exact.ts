import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { counted } from '../../shared/counted.ts';
import type { Choice, Objective, StagedChoice } from '../core/choice.ts';
import { defineEstimator, type Estimate, type EstimatorInput } from '../core/estimator.ts';
import { stopGradient } from '../core/gradient-flow.ts';
import { probabilities } from './parts/choice-maths.ts';
import { constantValue, digitsOf, jointProbabilities, leavesOf, refuseMany } from './parts/enumeration.ts';

/**
 * Exact: sums over every value of z, the yardstick for the bias and variance of all the others.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ], without error
 * With:          sum_z f(z) grad_theta p(z; theta), over K^D values (2^D for bits)
 *                f a sum of one term per choice: the same sum term by term, over D (K - 1) + 1 values; stages: over all ways
 *                through them, p(z) = prod_s p(z_s | z_1 .. z_{s-1})
 * Requires:      few values: at most 4096 and 1 GiB for the z of one minibatch, unless D = 1 and f can enumerate itself;
 *                f need not be relaxable; f's own parameters get sum_z p(z) grad f(z)
 * Shapes:        theta [B, D, K] or [B, D], z alike, f [B] -> B times the surrogate's gradient: one exact gradient per row
 * Bias:          unbiased: it is the definition; float32 rounding remains
 * Variance:      zero for the given minibatch
 * Cost:          K^D (2^D) evaluations of f and of grad f per row, D (K - 1) + 1 of a sum, K^(D S) in stages; no state
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Mohamed 2020, section 2. Differs from source: none
 */
export const exact = defineEstimator({
  id: 'exact',
  bias: 'unbiased',
  supports: ['categorical', 'bernoulli'],
  needsRelaxable: false,
  stackable: ['categorical', 'bernoulli'],
  noise: () => 'none',
  pathwise: true,
  settings: z.strictObject({}),
  estimate({ choice, objective }) {
    const classes = choice.kind === 'categorical' ? choice.logits.shape[2] : 2;
    const latents = choice.logits.shape[1];
    if (latents > 1 && objective.additive === true) return termByTerm(choice, objective, latents, classes);
    const values = allValues(choice, objective, latents, classes); // [B, K^D]
    const terms = tf.mul(jointProbabilities(choice, latents, classes), values);
    const mean = tf.mean<tf.Scalar>(tf.sum(terms, 1));
    return { surrogate: mean, value: stopGradient(mean), evaluations: classes ** latents };
  },
  estimateStages({ choice, objective }: EstimatorInput<unknown, StagedChoice>) {
    const leaves = leavesOf(choice);
    const terms = leaves.map(({ probability, values }) => tf.mul(probability, objective.evaluate(values)));
    const mean = tf.mean<tf.Scalar>(tf.addN(terms));
    return { surrogate: mean, value: stopGradient(mean), evaluations: leaves.length };
  },

  label: 'Exact',
  family: 'enumeration',
  summary: 'Sums over every value of the choice: no error, but only for few values.',
  references: [
    {
      authors: 'Mohamed, Rosca, Figurnov, Mnih',
      title: 'Monte Carlo Gradient Estimation in Machine Learning',
      venue: 'JMLR 21, 2020',
      url: 'https://arxiv.org/abs/1906.10652',
    },
  ],
  help: {
    formula: String.raw`\nabla_\theta \mathbb{E}\,f(z) = \sum_{z} f(z)\,\nabla_\theta\, p(z;\theta)`,
    intuition:
      'An expectation over few values is a finite sum, and a sum can be differentiated term by term. Every value of the choice is evaluated, likely or not, so nothing is left to chance. It is the yardstick: the bias and variance of every other estimator are measured against it.',
    fails: String.raw`$D$ choices of $K$ values make $K^D$ terms, so more than a few small choices cannot be enumerated. With one choice of many values the $[B, K]$ table of $f$ is what fills the memory. It has no error, but its optimum is that of $\mathbb{E} f$ and not of the argmax choice.`,
  },
  examples: [{}],
});

/** f(z) = f(0) + sum_d (f(z_d alone) - f(0)), where 0 is the first value of every choice. */
function termByTerm(choice: Choice, objective: Objective, latents: number, classes: number): Estimate {
  const others = classes - 1;
  refuseLarge(choice, latents, classes, latents * others + 1);
  const first = new Array<number>(latents).fill(0);
  const none = objective.evaluate(constantValue(choice, first, classes));
  const terms = Array.from({ length: latents * others }, (_, i) => {
    const digits = first.with(Math.floor(i / others), (i % others) + 1);
    return tf.sub(objective.evaluate(constantValue(choice, digits, classes)), none);
  });
  const p = probabilities(choice, 1);
  const rows = choice.logits.shape[0];
  const each = choice.kind === 'categorical' ? tf.slice(p, [0, 0, 1], [rows, latents, others]) : p;
  const weighted = tf.mul(tf.reshape(each, [rows, latents * others]), tf.stack(terms, 1));
  const mean = tf.mean<tf.Scalar>(tf.add(none, tf.sum(weighted, 1)));
  return { surrogate: mean, value: stopGradient(mean), evaluations: latents * others + 1 };
}

/** f of every z, [B, K^D], in the order of `jointProbabilities`. */
function allValues(choice: Choice, objective: Objective, latents: number, classes: number): tf.Tensor {
  if (latents === 1 && objective.enumerate !== undefined) return objective.enumerate();
  const count = classes ** latents;
  refuseLarge(choice, latents, classes, count);
  const all = Array.from({ length: count }, (_, i) =>
    objective.evaluate(constantValue(choice, digitsOf(i, latents, classes), classes)),
  );
  return tf.transpose(tf.stack(all), [1, 0]);
}

function refuseLarge(choice: Choice, latents: number, classes: number, count: number): void {
  refuseMany(
    `${counted(latents, 'choice')} of ${classes} values have ${count} values together`,
    count,
    count * choice.logits.size,
  );
}
