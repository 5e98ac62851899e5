/**
 * Learning from choices that are given (a known best subset, assignment, route) in place of an f of them.
 *
 * Source: Berthet, Blondel, Teboul, Cuturi, Vert, Bach, "Learning with Differentiable Perturbed Optimizers", NeurIPS 2020, section 4,
 * https://arxiv.org/abs/2002.08676.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice } from '../core/choice.ts';
import { detached, withGradient } from '../core/gradient-flow.ts';
import { mode } from '../estimators/parts/choice-maths.ts';
import { perturbation, type Perturbation } from '../estimators/parts/perturbation.ts';
import { fold, type Key } from '../random/key.ts';
import type { Automaton } from './automaton.ts';
import { bestAllowed } from './best.ts';

export interface PerturbedMaximum {
  /** Which combinations are allowed; absent: all. */
  readonly automaton?: Automaton;
  readonly temperature: number;
  readonly samples: number;
  readonly noise: Perturbation;
  readonly key: Key;
}

/**
 * The Fenchel-Young loss of a perturbed maximum, F(theta) - <theta, z>, with F(theta) = E max <theta + temperature Z, z'> over the
 * allowed z': convex in theta, and least where the mean perturbed choice is z. Its gradient is that mean, over `samples` draws of
 * Z, less z. With Gumbel noise and one choice it is the cross-entropy of z, up to a constant.
 * @param choice whose logits, all finite, are theta
 * @param target z, a given choice a row, like z; constant to the gradient
 * @returns the mean over the rows
 */
export function fenchelYoungLoss(choice: Choice, target: tf.Tensor, perturbed: PerturbedMaximum): tf.Scalar {
  const { kind, logits } = choice;
  const rows = logits.shape[0];
  const { temperature, samples, noise: law, automaton } = perturbed;
  const stream = fold(perturbed.key, 'noise');
  const draws = Array.from({ length: samples }, (_, m) => {
    const noise = perturbation(choice, law, fold(stream, m));
    const scores = detached(() => tf.add(logits, tf.mul(noise, temperature)));
    const noisy = { kind, logits: scores } as Choice;
    return { scores, best: automaton === undefined ? mode(noisy) : bestAllowed(noisy, automaton) };
  });
  const mean = detached(() => tf.mul(tf.addN(draws.map(({ best }) => best)), 1 / samples));
  const value = detached(() => {
    const maxima = tf.addN(draws.map(({ scores, best }) => tf.sum(tf.mul(scores, best))));
    const given = tf.sum(tf.mul(logits, target));
    return tf.mul<tf.Scalar>(tf.sub(tf.mul(maxima, 1 / samples), given), 1 / rows);
  });
  return tf.add(
    value,
    withGradient(logits, () => tf.mul(tf.sub(mean, target), 1 / rows)),
  );
}
