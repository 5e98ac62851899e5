/** Arithmetic on logarithms of probabilities, in doubles on the host. */

/** log sum exp(x); -Infinity of nothing, or of nothing but -Infinity. */
export function logSumExp(values: readonly number[]): number {
  let largest = -Infinity;
  for (const value of values) largest = Math.max(largest, value);
  if (largest === -Infinity) return largest;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - largest);
  return largest + Math.log(sum);
}

/** log p of p = softmax(logits). A logit may be -Infinity, as long as one is not. */
export function logSoftmax(logits: readonly number[]): number[] {
  const all = logSumExp(logits);
  return logits.map((logit) => logit - all);
}

/**
 * log(1 - e^x) for x <= 0.
 * Source: Maechler, "Accurately computing log(1 - exp(-|a|))", R package Rmpfr, 2012, equation 7.
 */
export function log1mExp(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}
