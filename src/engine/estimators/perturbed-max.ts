import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Choice } from '../core/choice.ts';
import { defineEstimator, type EstimatorInput } from '../core/estimator.ts';
import { detached } from '../core/gradient-flow.ts';
import { fold, type Key } from '../random/key.ts';
import { bestAllowed } from '../structured/best.ts';
import { mode, withinReach, relaxationNoise } from './parts/choice-maths.ts';
import { estimateAt } from './parts/estimate-at.ts';
import { forwardPoint, sumOf, withoutForbidden } from './parts/hard-forward.ts';
import { perRow, sumOfRow } from './parts/scores.ts';
import { anyStructure, automatonFor, structureSettings } from './parts/structure.ts';
import { normal } from '../random/noise.ts';

const settings = z.strictObject({
  samples: z
    .int()
    .min(1)
    .max(10_000)
    .default(10)
    .describe('Perturbed choices per row, M, whose mean f is evaluated at'),
  noise: z
    .enum(['gumbel', 'normal'])
    .default('gumbel')
    .describe(
      'Law of the noise: Gumbel (bits: logistic), whose mean choice is softmax(theta / temperature), or normal',
    ),
  structure: anyStructure,
  ...structureSettings,
});
type Settings = z.infer<typeof settings>;

/**
 * Perturbed maximum: replaces the choice by the mean of argmax choices under noise on the logits, a smooth function of them.
 * Approximates:  grad_theta E_{z ~ p(z; theta)} [ f(z) ]
 * With:          (1 / (M temperature)) sum_m <z_m, grad f(y)> grad nu(Z_m), y = (1/M) sum_m z_m, z_m = argmax(theta + temperature
 *                Z_m), noise Z of density e^-nu: Gumbel, grad nu = 1 - e^-Z; bits: logistic, tanh(Z / 2); or normal, Z
 *                allowed combinations only: argmax over those, found by dynamic programming, and <z_m, grad f(y)> of a whole row
 * Requires:      f relaxable; f's own parameters get their gradient at y
 * Shapes:        theta [B, D, K] or [B, D], z_m and y alike, f [B] -> B times the surrogate's gradient: one sample of the estimate
 *                per row
 * Bias:          biased: estimates the gradient of f at the mean choice, not of the mean of f (equal for linear f and Gumbel
 *                noise at temperature 1); falls with the temperature only where f is linear; with a structure, the law is that
 *                of the allowed z
 * Variance:      falls as 1/M; grows as 1 / temperature^2, and with f's slope being far from 0 on average
 * Cost:          one evaluation of f and of grad f per row, whatever M is; 2 M K random numbers per choice, one sample of noise in
 *                memory at a time; no state. With a structure 2 M programmes over D K values of size + 1 states (segment: 3;
 *                knapsack: capacity + 1; assignment: 2^K)
 * Sign:          gradient of the objective as given; the trainer descends or ascends
 * Source:        Berthet 2020, section 3, proposition 3.1. Differs from source: without a structure, each choice's slope is
 *                its own, as the choices' noises are independent
 */
export const perturbedMax = defineEstimator({
  id: 'perturbed-max',
  bias: 'biased',
  supports: ['categorical', 'bernoulli'],
  needsRelaxable: true,
  stackable: ['categorical', 'bernoulli'],
  readsTemperature: () => true,
  settings,
  settingsIssue: ({ structure }, kind) => {
    if (structure === 'free' || (structure === 'assignment') === (kind === 'categorical')) return undefined;
    const fitting = kind === 'categorical' ? 'free or assignment' : 'one for bits';
    return {
      path: 'structure',
      message: `${structure} binds ${kind === 'categorical' ? 'bits' : 'categorical choices'} together; use ${fitting}`,
    };
  },
  estimate({ choice, objective, key, temperature, settings: chosen }: EstimatorInput<Settings>) {
    const { kind } = choice;
    const { samples, noise: law } = chosen;
    const automaton = automatonFor(chosen, choice, 'perturbed-max');
    const stream = fold(key, 'noise');
    /** Drawn again in the backward pass from the same key: no sample is kept. */
    const draw = (given: Choice, m: number) => {
      const noise = perturbation(given, law, fold(stream, m));
      const noisy = { kind, logits: tf.add(given.logits, tf.mul(noise, temperature)) } as Choice;
      const z = automaton === undefined ? mode(noisy) : bestAllowed(noisy, automaton);
      return { slope: perturbationSlope(given, law, noise), z };
    };
    const point = detached(() => {
      const given = withinReach(choice);
      return tf.mul(
        sumOf(samples, (m) => draw(given, m).z),
        1 / samples,
      );
    });
    const passed = forwardPoint(choice, point, [choice.logits], (dy, [logits]) => {
      const given = withinReach({ kind, logits } as Choice);
      const sum = sumOf(samples, (m) => {
        const { slope, z: sample } = draw(given, m);
        const along = tf.mul(sample, dy);
        if (automaton !== undefined) return tf.mul(perRow(sumOfRow(along), slope), slope);
        return tf.mul(kind === 'categorical' ? tf.sum(along, -1, true) : along, slope);
      });
      return withoutForbidden(tf.mul(sum, 1 / (samples * temperature)), logits!);
    });
    return estimateAt(passed, objective);
  },

  label: 'Perturbed maximum',
  family: 'relaxation',
  summary: 'Mean of argmax choices under noise; its slope from the noise itself, with no softmax.',
  references: [
    {
      authors: 'Berthet, Blondel, Teboul, Cuturi, Vert, Bach',
      title: 'Learning with Differentiable Perturbed Optimizers',
      venue: 'NeurIPS 2020',
      url: 'https://arxiv.org/abs/2002.08676',
    },
  ],
  help: {
    formula: String.raw`\frac{1}{M \tau} \sum_{m=1}^{M} \langle z_m, \nabla f(y) \rangle\, \nabla \nu(Z_m),\qquad y = \frac{1}{M} \sum_{m=1}^{M} z_m,\quad z_m = \operatorname{argmax}(\theta + \tau Z_m)`,
    intuition: String.raw`With noise on the logits the mean of the argmax choices is a smooth function of them, whose slope follows from the law of the noise alone. No softmax is needed: the recipe works for every maximum that can be computed, that over subsets, knapsacks or assignments too. With Gumbel noise the mean choice is $\operatorname{softmax}(\theta / \tau)$ exactly.`,
    fails:
      'It estimates the gradient of $f$ at the mean choice, not of the mean of $f$, and so shares the bias of softmax. The variance is that of a score function without a baseline: large for few samples, for low temperatures, and where the slope of $f$ has a large constant part.',
  },
  examples: [{}, { samples: 3, noise: 'normal' }],
});

type Perturbation = 'gumbel' | 'normal';

/** Z, like the logits: standard Gumbel (bits: logistic), or standard normal. */
function perturbation(choice: Choice, kind: Perturbation, key: Key): tf.Tensor {
  return kind === 'gumbel' ? relaxationNoise(choice, key) : normal(key, choice.logits.shape);
}

/** grad nu(Z) for the density exp(-nu): Gumbel 1 - e^-Z, logistic tanh(Z / 2), normal Z. */
function perturbationSlope(choice: Choice, kind: Perturbation, noise: tf.Tensor): tf.Tensor {
  if (kind === 'normal') return noise;
  if (choice.kind === 'bernoulli') return tf.tanh(tf.mul(noise, 0.5));
  return tf.sub(1, tf.exp(tf.neg(noise)));
}
