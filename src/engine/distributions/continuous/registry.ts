/** The continuous distributions: the conformance suite iterates over this list. Alphabetical by id. */
import type { ContinuousDistribution } from '../../core/distribution.ts';
import { exponential } from './exponential.ts';
import { inverseGamma } from './inverse-gamma.ts';
import { cauchy, gumbel, laplace, logNormal, logistic, normal } from './location-scale.ts';
import { multivariateNormal } from './multivariate-normal.ts';

export const continuousDistributions: readonly ContinuousDistribution[] = [
  cauchy,
  exponential,
  gumbel,
  inverseGamma,
  laplace,
  logNormal,
  logistic,
  multivariateNormal,
  normal,
];
