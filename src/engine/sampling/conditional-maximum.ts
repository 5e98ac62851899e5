import { log1mExp, logSumExp } from '../../shared/log-space.ts';

/**
 * Moves independent Gumbels so that their maximum is `target`: what they are given that their maximum is `target`.
 * With Z = max G: G~ = -log(e^-target - e^-Z + e^-G), which is increasing in G, and the identity for Z = target.
 * Computed as v = target - G + log(1 - e^(G - Z)), G~ = target - max(0, v) - log(1 + e^-|v|): exact at the maximum and without
 * NaN.
 * Source: Kool, van Hoof, Welling, "Stochastic Beams and Where to Find Them", ICML 2019, section 4.3 and appendix B.3.
 */
export function conditionOnMaximum(gumbels: readonly number[], target: number): number[] {
  const largest = Math.max(...gumbels);
  return gumbels.map((g) => {
    if (g === -Infinity) return g;
    if (g === largest) return target;
    const v = target - g + log1mExp(g - largest);
    return target - Math.max(0, v) - Math.log1p(Math.exp(-Math.abs(v)));
  });
}

/**
 * Gumbels with locations `locations`, given that their maximum is `target`, from standard Gumbels `noise`.
 * At equal targets, log sum exp(locations) is what the parent's own location is.
 */
export function gumbelsWithMaximum(
  locations: readonly number[],
  noise: readonly number[],
  target: number,
): number[] {
  if (logSumExp(locations) === -Infinity) return locations.slice();
  return conditionOnMaximum(
    locations.map((location, i) => location + noise[i]!),
    target,
  );
}
