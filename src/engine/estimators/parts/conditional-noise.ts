/**
 * The relaxed sample given the hard one. z = log p + G (bits: theta + L) has the hard sample b = argmax z (bits: z > 0); z~ is
 * another draw of z from p(z | b), written as a function of theta and of noise of its own, through which REBAR differentiates.
 *
 * categorical: z~_b = G_b, z~_i = -log(e^-G_b + e^-(log p_i + G_i)), G standard Gumbel
 * bits:        z~ = s softplus(s L + softplus(s theta)), s = 2 b - 1, L standard logistic
 *
 * Source: Tucker, Mnih, Maddison, Lawson, Sohl-Dickstein, "REBAR", NIPS 2017, appendix C; Grathwohl, Choi, Wu, Roeder, Duvenaud,
 * "Backpropagation through the Void", ICLR 2018, appendix B. Written in logarithms, so that no probability of 0 divides.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice } from '../../core/choice.ts';
import { detached } from '../../core/gradient-flow.ts';
import * as categorical from '../../distributions/categorical.ts';
import { LOWEST, canPerturb, perturbed } from '../../kernels/perturbed.ts';
import { scaledSoftmax } from '../../kernels/scaled-softmax.ts';
import { drawn, type Noise } from './choice-maths.ts';

/**
 * z, like the logits, constant to the gradient; `noise` standard Gumbel, for bits standard logistic. Categorical: up to a
 * constant of its row, which neither its softmax nor its largest value sees.
 */
export function perturbedLogProbabilities(choice: Choice, noise: Noise): tf.Tensor {
  return detached(() => {
    const { kind, logits } = choice;
    if (kind === 'bernoulli') return tf.add(logits, drawn(choice, noise));
    if ('words' in noise && canPerturb(logits, noise)) return perturbed(logits, noise, 'largest');
    return tf.add(tf.maximum(tf.sub(logits, tf.max(logits, 2, true)), LOWEST), drawn(choice, noise));
  });
}

/** z~ for the hard sample and noise like that of z, constant to the gradient. */
export function conditionalSample(choice: Choice, hard: tf.Tensor, noise: tf.Tensor): tf.Tensor {
  return detached(() => {
    if (choice.kind === 'bernoulli') {
      const sign = tf.sub(tf.mul(hard, 2), 1);
      const inner = tf.add(tf.mul(sign, noise), tf.softplus(tf.mul(sign, choice.logits)));
      return tf.mul(sign, tf.softplus(inner));
    }
    const top = tf.sum(tf.mul(hard, noise), 2, true);
    const others = tf.add(logProbabilities(choice), noise);
    return tf.sub(top, tf.mul(tf.sub(1, hard), tf.softplus(tf.sub(top, others))));
  });
}

/**
 * 1 less the derivative of z~ by log p (bits: by theta) with its noise held, elementwise: it depends on the noise through z~ alone.
 * So it also serves the coupled draw, whose noise is the one for which z~ = z, and of whose path it is what is left.
 */
export function conditionalRest(choice: Choice, hard: tf.Tensor, conditional: tf.Tensor): tf.Tensor {
  return detached(() => {
    if (choice.kind === 'bernoulli') {
      const sign = tf.sub(tf.mul(hard, 2), 1);
      const within = tf.expm1(tf.neg(tf.abs(conditional)));
      return tf.add(tf.mul(within, tf.sigmoid(tf.mul(sign, choice.logits))), 1);
    }
    // e^(z~ - max z~), by way of a softmax: without the tiny numbers that an exponential has, and that slow down all they meet.
    const shares = scaledSoftmax(conditional, 1);
    return tf.div(shares, tf.max(shares, 2, true));
  });
}

/** From a gradient for log p (bits: theta) to that for the logits: x - p sum x. */
export function throughLogProbabilities(choice: Choice, p: tf.Tensor, gradient: tf.Tensor): tf.Tensor {
  if (choice.kind === 'bernoulli') return gradient;
  return tf.sub(gradient, tf.mul(p, tf.sum(gradient, 2, true)));
}

/** The transpose of `throughLogProbabilities`: x - sum p x. */
export function backThroughLogProbabilities(choice: Choice, p: tf.Tensor, x: tf.Tensor): tf.Tensor {
  if (choice.kind === 'bernoulli') return x;
  return tf.sub(x, tf.sum(tf.mul(p, x), 2, true));
}

function logProbabilities(choice: Choice): tf.Tensor {
  if (choice.kind === 'bernoulli') return choice.logits;
  return tf.maximum(categorical.logProbabilities(choice.logits), LOWEST);
}
