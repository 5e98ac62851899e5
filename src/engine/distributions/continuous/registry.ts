/** The continuous distributions: the conformance suite iterates over this list. Alphabetical by id. */
import { cauchy } from './cauchy.ts';
import type { ContinuousDistribution } from '../../core/distribution.ts';
import { exponential } from './exponential.ts';
import { gumbel } from './gumbel.ts';
import { inverseGamma } from './inverse-gamma.ts';
import { laplace } from './laplace.ts';
import { logNormal } from './log-normal.ts';
import { logistic } from './logistic.ts';
import { multivariateNormal } from './multivariate-normal.ts';
import { normal } from './normal.ts';

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
