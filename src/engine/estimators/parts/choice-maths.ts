/**
 * The distributions' maths for either kind of choice. Shapes as in core/choice.ts: "like z" is [B, D, K] or [B, D].
 * Hard choices are constants to the gradient.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice } from '../../core/choice.ts';
import { detached, replaceForward } from '../../core/gradient-flow.ts';
import * as bernoulli from '../../distributions/bernoulli.ts';
import * as categorical from '../../distributions/categorical.ts';
import { categoricalSample } from '../../kernels/categorical-sample.ts';
import { REACH, canPerturb, perturbed as perturbedLogits } from '../../kernels/perturbed.ts';
import { straightThroughSoftmax } from '../../kernels/scaled-softmax.ts';
import type { Key } from '../../random/key.ts';
import { gumbel, logistic, uniform } from '../../random/noise.ts';

/** softmax(logits / temperature) or sigmoid(logits / temperature), like z. */
export function probabilities(choice: Choice, temperature: number): tf.Tensor {
  if (choice.kind === 'categorical') return categorical.probabilities(choice.logits, temperature);
  return bernoulli.probabilities(temperature === 1 ? choice.logits : tf.mul(choice.logits, 1 / temperature));
}

/**
 * A hard sample of p(z; theta) by inversion of the distribution function: one uniform per choice, where the Gumbel-max trick
 * needs K.
 * @param known the probabilities at temperature 1, like z, where the caller has them already
 */
export function hardSample(choice: Choice, key: Key, known?: tf.Tensor): tf.Tensor {
  return detached(() => {
    const p = known ?? probabilities(choice, 1);
    if (choice.kind === 'bernoulli') return tf.step(tf.sub(p, uniform(key, choice.logits.shape)));
    const [rows, latents] = choice.logits.shape;
    return categoricalSample(p, uniform(key, [rows, latents, 1]));
  });
}

/** The most probable z: the first of equal values, 0 for an even bit. */
export function mode(choice: Choice): tf.Tensor {
  return detached(() =>
    choice.kind === 'categorical' ? categorical.mode(choice.logits) : bernoulli.mode(choice.logits),
  );
}

/** Forward the most probable z, backward `probabilities`: straight-through. */
export function straightThrough(choice: Choice, temperature: number): tf.Tensor {
  if (choice.kind === 'categorical') return straightThroughSoftmax(choice.logits, 1 / temperature);
  return replaceForward(probabilities(choice, temperature), mode(choice));
}

/** Noise of the relaxed sample, like the logits: standard Gumbel, for bits standard logistic. */
export function relaxationNoise(choice: Choice, key: Key): tf.Tensor {
  return choice.kind === 'categorical'
    ? gumbel(key, choice.logits.shape)
    : logistic(key, choice.logits.shape);
}

/** Noise of a relaxed sample: drawn already, or the key to draw it from, which is then done where it is added. */
export type Noise = tf.Tensor | Key;

/** The noise as a tensor, like the logits. */
export function drawn(choice: Choice, noise: Noise): tf.Tensor {
  return 'words' in noise ? relaxationNoise(choice, noise) : noise;
}

/**
 * The choice in a form that noise can be added to. What the logits of one categorical choice share does not matter, so where the
 * largest is far from 0 it is taken off; a bit's logit is a difference already.
 */
export function withinReach<C extends Choice>(choice: C): C {
  if (choice.kind === 'bernoulli') return choice;
  const shift = detached(() => {
    const top = tf.max(choice.logits, 2, true);
    return tf.mul(top, tf.step(tf.sub(tf.abs(top), REACH)));
  });
  return { ...choice, logits: tf.sub(choice.logits, shift) };
}

/**
 * The choice with its noise added: `probabilities` of it at a temperature are the relaxed sample, softmax((logits + noise) /
 * temperature) or its sigmoid, and its `mode` is the hard sample that this leans to.
 */
export function perturbed(choice: Choice, noise: Noise): Choice {
  if (choice.kind === 'categorical' && 'words' in noise && canPerturb(choice.logits, noise))
    return { kind: choice.kind, logits: perturbedLogits(choice.logits, noise, 'far') as tf.Tensor3D };
  const { kind, logits } = withinReach(choice);
  return { kind, logits: tf.add(logits, drawn(choice, noise)) } as Choice;
}
