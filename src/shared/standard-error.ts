/** The one convention for spreads: of n numbers, the sum of squared differences from their mean divided by n - 1. */

/** Estimated variance of one number, without bias; NaN for n < 2, of which no spread is known. */
export function sampleVariance(n: number, squares: number): number {
  return n < 2 ? Number.NaN : squares / (n - 1);
}

/**
 * Standard error of a mean over n independent numbers: the root of their sample variance divided by n.
 * @param squares sum of the squared differences from the mean
 * @returns NaN for n < 2
 */
export function standardError(n: number, squares: number): number {
  return Math.sqrt(sampleVariance(n, squares) / n);
}
