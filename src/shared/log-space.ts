/** Probabilities and their logarithms, in doubles on the host: neither overflows, whatever the size of a logit. */

/** log sum exp(x); -Infinity of nothing, or of nothing but -Infinity. */
export function logSumExp(values: readonly number[]): number {
  let largest = -Infinity;
  for (const value of values) largest = Math.max(largest, value);
  if (largest === -Infinity) return largest;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - largest);
  return largest + Math.log(sum);
}

/**
 * log p of p = softmax(logits). A logit may be -Infinity, as long as one is not. The largest logit is taken off before the
 * logarithm of the sum is: beyond 1e15 their sum would have no digit left of the latter.
 */
export function logSoftmax(logits: readonly number[]): number[] {
  const below = belowLargest(logits);
  const rest = logSumExp(below);
  return below.map((difference) => difference - rest);
}

/** p = softmax(logits / temperature). */
export function softmax(logits: readonly number[], temperature = 1): number[] {
  return logSoftmax(belowLargest(logits).map((difference) => difference / temperature)).map(Math.exp);
}

/** The logits less the largest of them: what softmax depends on. */
export function belowLargest(logits: readonly number[]): number[] {
  const largest = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
  return logits.map((logit) => logit - largest);
}

/** log(1 + e^x). */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** 1 / (1 + e^-x). */
export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/**
 * log(1 - e^x) for x <= 0.
 * Source: Maechler, "Accurately computing log(1 - exp(-|a|))", R package Rmpfr, 2012, equation 7.
 */
export function log1mExp(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}
