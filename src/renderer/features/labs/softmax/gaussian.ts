/**
 * Least squares as maximum likelihood: the mean of -log N(y; mean, sigma^2) over a few numbers y is
 * E (y - mean)^2 / (2 sigma^2) + log sigma + 1/2 log(2 pi). In the mean it is the square loss over sigma^2; in sigma it is smallest
 * where sigma is the root of the mean square error.
 * Source: Bishop, "Pattern Recognition and Machine Learning", 2006, section 1.2.5.
 */
export const observed: readonly number[] = [-1.5, -0.5, 0.2, 0.8, 2];

interface Likelihood {
  /** E (y - mean)^2. */
  readonly squareError: number;
  /** E -log N(y; mean, sigma^2), in nats. */
  readonly loss: number;
  /** Slopes of the loss. */
  readonly inMean: number;
  readonly inSigma: number;
}

const HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;

export function likelihoodOf(mean: number, sigma: number): Likelihood {
  const residuals = observed.map((y) => y - mean);
  const average = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / observed.length;
  const squareError = average(residuals.map((r) => r * r));
  return {
    squareError,
    loss: squareError / (2 * sigma ** 2) + Math.log(sigma) + HALF_LOG_TWO_PI,
    inMean: -average(residuals) / sigma ** 2,
    inSigma: 1 / sigma - squareError / sigma ** 3,
  };
}
