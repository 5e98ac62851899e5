/** The arithmetic of the softmax lab, in doubles, and once as a program in float32 without care would do it. */

export function logSumExp(logits: readonly number[]): number {
  const largest = Math.max(...logits);
  return largest + Math.log(logits.reduce((sum, x) => sum + Math.exp(x - largest), 0));
}

/** softmax(logits / temperature). */
export function softmax(logits: readonly number[], temperature = 1): number[] {
  const scaled = logits.map((x) => x / temperature);
  const all = logSumExp(scaled);
  return scaled.map((x) => Math.exp(x - all));
}

/** e^x over its sum in float32, without taking the largest away first: infinity over infinity beyond x = 88.7. */
export function carelessSoftmax(logits: readonly number[]): number[] {
  const powers = logits.map((x) => Math.fround(Math.exp(Math.fround(x))));
  const sum = powers.reduce((total, power) => Math.fround(total + power), 0);
  return powers.map((power) => Math.fround(power / sum));
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
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
