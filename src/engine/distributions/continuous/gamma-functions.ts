/**
 * log Gamma, digamma and trigamma of positive numbers, elementwise, to float32's accuracy: the asymptotic series from 8 on, and
 * below by the recurrence Gamma(x + 1) = x Gamma(x).
 *
 * Source: Abramowitz, Stegun, "Handbook of Mathematical Functions", 1964, 6.1.41, 6.3.18 and 6.4.12.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

const FROM = 8;
const HALF_LOG_2PI = Math.log(2 * Math.PI) / 2;

export function logGamma(x: Tensor): Tensor {
  return withSlope(x, digamma, (at) =>
    shifted(
      at,
      (y) => {
        const series = polynomial(y, [1 / 12, -1 / 360, 1 / 1260]);
        const main = tf.sub(tf.mul(tf.sub(y, 0.5), tf.log(y)), y);
        return tf.add(main, tf.add(series, HALF_LOG_2PI));
      },
      (y, k) => tf.neg(tf.log(tf.add(y, k))),
    ),
  );
}

export function digamma(x: Tensor): Tensor {
  return withSlope(x, trigamma, (at) =>
    shifted(
      at,
      (y) => {
        const even = tf.div(polynomial(y, [-1 / 12, 1 / 120, -1 / 252]), y);
        return tf.add(tf.sub(tf.log(y), tf.div(0.5, y)), even);
      },
      (y, k) => tf.neg(tf.reciprocal(tf.add(y, k))),
    ),
  );
}

function trigamma(x: Tensor): Tensor {
  return shifted(
    x,
    (y) => {
      const odd = tf.div(polynomial(y, [1 / 6, -1 / 30, 1 / 42]), tf.square(y));
      return tf.add(tf.add(tf.reciprocal(y), tf.div(0.5, tf.square(y))), odd);
    },
    (y, k) => tf.reciprocal(tf.square(tf.add(y, k))),
  );
}

/** c0 / y + c1 / y^3 + c2 / y^5 */
function polynomial(y: Tensor, coefficients: readonly [number, number, number]): Tensor {
  const [c0, c1, c2] = coefficients;
  const square = tf.reciprocal(tf.square(y));
  const inner = tf.add(tf.mul(tf.add(tf.mul(square, c2), c1), square), c0);
  return tf.div(inner, y);
}

/** `far` at x, or below 8 at x + 8 and the recurrence's eight steps back. */
function shifted(x: Tensor, far: (y: Tensor) => Tensor, step: (x: Tensor, k: number) => Tensor): Tensor {
  return tf.tidy(() => {
    const near = tf.less(x, FROM);
    const low = tf.minimum(x, FROM);
    const back = tf.addN(Array.from({ length: FROM }, (_, k) => step(low, k)));
    return tf.add(far(tf.where(near, tf.add(x, FROM), x)), tf.where(near, back, tf.zerosLike(x)));
  });
}

/** A function with its slope as the gradient, in place of that of the series. */
function withSlope(x: Tensor, slope: (x: Tensor) => Tensor, value: (x: Tensor) => Tensor): Tensor {
  return tf.customGrad((...args) => {
    const [at, save] = args as [Tensor, tf.GradSaveFunc];
    save([at]);
    return {
      value: value(at),
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.mul(dy, slope(saved[0]!)),
    };
  })(x);
}
