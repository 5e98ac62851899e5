/** What the softmax lab shows beside softmax itself: the same without care, odds, and what two losses make of it. */
import { logSumExp, softmax } from '../../../../shared/log-space.ts';

/** e^x over its sum in float32, without taking the largest away first: infinity over infinity beyond x = 88.7. */
export function carelessSoftmax(logits: readonly number[]): number[] {
  const powers = logits.map((x) => Math.fround(Math.exp(Math.fround(x))));
  const sum = powers.reduce((total, power) => Math.fround(total + power), 0);
  return powers.map((power) => Math.fround(power / sum));
}

/** T log sum e^(x / T): between max x, where T goes to 0, and max x + T log n. */
export function softMaximum(logits: readonly number[], temperature: number): number {
  return temperature * logSumExp(logits.map((x) => x / temperature));
}

/** log p_i / (1 - p_i) of p = softmax(x): the logit of i less log-sum-exp of all others, so that no 1 - p is rounded to 0. */
export function logOdds(logits: readonly number[]): number[] {
  return logits.map((x, i) => x - logSumExp(logits.toSpliced(i, 1)));
}

/** The gradient of a loss of p = softmax(x) in the logits x [n], y being 1 at the right option and 0 elsewhere. */
export type LossGradient = (logits: readonly number[], right: number) => number[];

/** Of -log p_right: p - y. */
export const crossEntropyGradient: LossGradient = (logits, right) =>
  softmax(logits).map((p, i) => p - Number(i === right));

/**
 * Of 1/2 sum_j (p_j - y_j)^2: p_i (e_i - sum_j p_j e_j) with e = p - y. It vanishes where one option has all the weight, the
 * wrong one as well: e_i is its own mean for that option, and p_i is 0 for the others.
 */
export const squaredErrorGradient: LossGradient = (logits, right) => {
  const p = softmax(logits);
  const errors = p.map((value, i) => value - Number(i === right));
  const mean = errors.reduce((sum, error, j) => sum + p[j]! * error, 0);
  return p.map((value, i) => value * (errors[i]! - mean));
};

/** Steps of gradient descent until the right option has half of the weight; null: more than `most`. */
export function stepsToHalf(
  gradient: LossGradient,
  logits: readonly number[],
  right: number,
  { rate = 1, most = 10_000 } = {},
): number | null {
  let x = logits;
  for (let step = 0; step <= most; step++) {
    if (softmax(x)[right]! >= 0.5) return step;
    const slopes = gradient(x, right);
    x = x.map((value, i) => value - rate * slopes[i]!);
  }
  return null;
}
