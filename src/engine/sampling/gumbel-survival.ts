/**
 * P(G > x) = 1 - exp(-e^-x) of a standard Gumbel. For large x the difference would cancel (at x = 40 it would be 0); expm1 keeps
 * every digit. Kool, van Hoof, Welling, "Stochastic Beams and Where to Find Them", ICML 2019, appendix B.3.
 */
export function gumbelSurvival(x: number): number {
  return -Math.expm1(-Math.exp(-x));
}
