/**
 * The logarithm of a Gamma(alpha, 1) sample, with its gradient for alpha by implicit differentiation. Logarithms, because a
 * sample of a small alpha is soon below float32.
 *
 * Sources: Marsaglia, Tsang, "A simple method for generating gamma variables", ACM TOMS 26, 2000 (the sample); Figurnov,
 * Mohamed, Mnih, "Implicit Reparameterization Gradients", NeurIPS 2018 (its gradient). Differs from the latter: the derivative
 * of the distribution function is integrated numerically, from the side on which nothing cancels.
 */
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { fold, type Key } from '../../random/key.ts';
import { normal, uniform } from '../../random/noise.ts';
import { digamma } from './gamma-functions.ts';

/** Each is refused with probability 0.05 at most: all of them with 4e-11, and then the sample is the proposals' centre. */
const PROPOSALS = 8;

/**
 * Nodes s of the quadrature over v = e^s / min(alpha, sqrt alpha), whose integrand is smooth and dies at both ends. Right to
 * 1e-3 for alpha from 0.05 on; below, half of all samples' inverses are beyond e^14.
 */
const NODES = { from: -16, to: 4, step: 0.1 } as const;

/** log x [B, D], x ~ Gamma(alpha, 1). */
export function logGammaSample(alpha: Tensor2D, key: Key): Tensor2D {
  return tf.customGrad<Tensor2D>((...args) => {
    const [a, save] = args as [Tensor2D, tf.GradSaveFunc];
    const value = tf.tidy(() => draw(a, key));
    save([a, value]);
    return {
      value,
      gradFunc: (dy, saved) => tf.mul(dy, logGammaSlope(saved[0] as Tensor2D, saved[1] as Tensor2D)),
    };
  })(alpha);
}

/** Gamma(alpha + 1) by squeezing a normal, times u^(1 / alpha). */
function draw(alpha: Tensor2D, key: Key): Tensor2D {
  const d = tf.add(alpha, 2 / 3);
  const c = tf.rsqrt(tf.mul(d, 9));
  let logCube: tf.Tensor = tf.zerosLike(alpha);
  for (let proposal = PROPOSALS - 1; proposal >= 0; proposal--) {
    const stream = fold(key, proposal);
    const x = normal(fold(stream, 'normal'), alpha.shape);
    const u = uniform(fold(stream, 'uniform'), alpha.shape);
    const root = tf.add(tf.mul(c, x), 1);
    const fresh = tf.mul(tf.log(tf.maximum(root, 1e-30)), 3);
    const bound = tf.add(tf.mul(tf.square(x), 0.5), tf.mul(d, tf.add(tf.sub(1, tf.exp(fresh)), fresh)));
    const taken = tf.logicalAnd(tf.greater(root, 0), tf.less(tf.log(u), bound));
    logCube = tf.where(taken, fresh, logCube);
  }
  const boost = tf.div(tf.log(uniform(fold(key, 'boost'), alpha.shape)), alpha);
  return tf.add(tf.add(tf.log(d), logCube), boost);
}

/**
 * d log x / d alpha = -(dF / dalpha) / (x p(x)) [B, D] at a given quantile.
 *
 * dF / dalpha is the integral of p(t) (log t - digamma(alpha)) below x, or its negative above. Where log x < digamma(alpha) the
 * lower one has one sign, elsewhere the upper one: with t = x e^(sign v), both are the integral over v > 0 of
 * exp(sign alpha v - x (e^(sign v) - 1)) (v + sign (log x - digamma(alpha))).
 */
export function logGammaSlope(alpha: Tensor2D, logX: Tensor2D): Tensor2D {
  return tf.tidy(() => {
    const { from, to, step } = NODES;
    const count = Math.round((to - from) / step) + 1;
    const nodes = Float32Array.from({ length: count }, (_, i) => Math.exp(from + i * step));
    const v = tf.div(tf.tensor3d(nodes, [count, 1, 1]), tf.minimum(alpha, tf.sqrt(alpha))); // [nodes, B, D]
    const distance = tf.sub(logX, digamma(alpha));
    const sign = tf.sub(tf.mul(tf.cast(tf.greater(distance, 0), 'float32'), 2), 1);
    const growth = tf.expm1(tf.minimum(tf.mul(sign, v), 80));
    const exponent = tf.sub(tf.mul(sign, tf.mul(alpha, v)), tf.mul(tf.exp(logX), growth));
    const integrand = tf.mul(tf.exp(exponent), tf.add(v, tf.abs(distance)));
    return tf.mul(tf.sum<Tensor2D>(tf.mul(integrand, v), 0), step);
  });
}
