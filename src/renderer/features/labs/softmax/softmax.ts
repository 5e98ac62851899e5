/** What the softmax lab shows beside softmax itself: the same without care, and what two losses make of it. */
import { sigmoid } from '../../../../shared/log-space.ts';

/** e^x over its sum in float32, without taking the largest away first: infinity over infinity beyond x = 88.7. */
export function carelessSoftmax(logits: readonly number[]): number[] {
  const powers = logits.map((x) => Math.fround(Math.exp(Math.fround(x))));
  const sum = powers.reduce((total, power) => Math.fround(total + power), 0);
  return powers.map((power) => Math.fround(power / sum));
}

/**
 * Slope of two losses in the difference d of the target's logit over the other one's, p = sigmoid(d):
 * cross-entropy -log p has p - 1; squared error (1 - p)^2 has -2 (1 - p) p (1 - p), which vanishes where the model is wrong
 * and sure of it.
 */
export function lossSlopes(d: number): { readonly crossEntropy: number; readonly squared: number } {
  const p = sigmoid(d);
  return { crossEntropy: p - 1, squared: -2 * (1 - p) ** 2 * p };
}
