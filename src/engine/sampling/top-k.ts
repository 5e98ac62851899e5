import type { GumbelStream } from './gumbel-stream.ts';

export interface Perturbed {
  readonly index: number;
  /** log p of it. */
  readonly logProbability: number;
  /** logProbability + G. */
  readonly perturbed: number;
}

export interface WithoutReplacement {
  /** In the order of being drawn: by decreasing perturbed log-probability. */
  readonly drawn: readonly Perturbed[];
  /** The (k + 1)-th largest perturbed log-probability; -Infinity where nothing is left. */
  readonly threshold: number;
}

/**
 * k distinct draws from p, as by drawing one after another without putting back (Plackett-Luce): the k largest of
 * log p + G. Fewer than k where fewer have a probability.
 * Source: Vieira, "Gumbel-max trick and weighted reservoir sampling", 2014; Kool, van Hoof, Welling, ICML 2019, section 2.3.
 */
export function gumbelTopK(
  logProbabilities: readonly number[],
  k: number,
  noise: GumbelStream,
): WithoutReplacement {
  const all = logProbabilities.map((logProbability, index) => ({
    index,
    logProbability,
    perturbed: logProbability + noise.next(),
  }));
  return largest(all, k);
}

/** The k largest, and what the next one is. */
export function largest<T extends Perturbed>(
  all: readonly T[],
  k: number,
): { readonly drawn: readonly T[]; readonly threshold: number } {
  const sorted = all
    .filter(({ perturbed }) => perturbed > -Infinity)
    .sort((a, b) => b.perturbed - a.perturbed || a.index - b.index);
  return { drawn: sorted.slice(0, k), threshold: sorted[k]?.perturbed ?? -Infinity };
}

/**
 * Estimates of E f(z) from draws without replacement: `unbiased` = sum (p_i / q_i) f_i with q_i = P(log p_i + G > threshold),
 * and `normalised`, the same over sum p_i / q_i, which is biased and varies less.
 * Source: Kool, van Hoof, Welling, ICML 2019, section 4.2, equations 13 and 14 (Duffield, Lund, Thorup, "Priority sampling",
 * J. ACM 2007, for the unbiasedness).
 * @param values f of each of `drawn`
 */
export function importanceEstimates(
  { drawn, threshold }: WithoutReplacement,
  values: readonly number[],
): { readonly unbiased: number; readonly normalised: number } {
  let unbiased = 0;
  let weights = 0;
  drawn.forEach(({ logProbability }, i) => {
    const inclusion = gumbelSurvival(threshold - logProbability);
    const weight = Math.exp(logProbability) / inclusion;
    unbiased += weight * values[i]!;
    weights += weight;
  });
  return { unbiased, normalised: unbiased / weights };
}

/**
 * P(G > x) = 1 - exp(-e^-x) of a standard Gumbel. For large x the difference would cancel (at x = 40 it would be 0); expm1 keeps
 * every digit. Kool, van Hoof, Welling, "Stochastic Beams and Where to Find Them", ICML 2019, appendix B.3.
 */
export function gumbelSurvival(x: number): number {
  return -Math.expm1(-Math.exp(-x));
}
