/**
 * Densities of relaxed samples. Maddison, Mnih, Teh, "The Concrete Distribution", ICLR 2017, equation 10 and appendix B. In
 * logarithms, as their powers overflow near the corners.
 */
import { logSumExp } from '../../../../shared/log-space.ts';

/**
 * log density of the Concrete distribution at y, inside the simplex, with respect to its first K - 1 coordinates:
 * log (K - 1)! + (K - 1) log tau + sum (a_k - (tau + 1) log y_k) - K log sum exp(a_k - tau log y_k).
 */
export function concreteLogDensity(y: readonly number[], logits: readonly number[], tau: number): number {
  const count = logits.length;
  let constant = (count - 1) * Math.log(tau);
  for (let k = 2; k < count; k++) constant += Math.log(k);
  const spread = logSumExp(logits.map((logit, k) => logit - tau * Math.log(y[k]!)));
  return (
    logits.reduce((sum, logit, k) => sum + logit - (tau + 1) * Math.log(y[k]!), constant) - count * spread
  );
}

/** Density of the Binary Concrete distribution at y in (0, 1). */
export function binaryConcreteDensity(y: number, logit: number, tau: number): number {
  return Math.exp(concreteLogDensity([y, 1 - y], [logit, 0], tau));
}
