/** Exact probabilities of drawing without replacement, for as many options as can be enumerated. */

/** Beyond this many options their 2^K sets are too many. */
export const MOST_ENUMERABLE = 16;

/** P(order) = prod p_i / (1 - sum of those before). Source: Plackett, "The analysis of permutations", 1975. */
export function orderProbability(probabilities: readonly number[], order: readonly number[]): number {
  let left = 1;
  let product = 1;
  for (const index of order) {
    product *= probabilities[index]! / left;
    left -= probabilities[index]!;
  }
  return product;
}

/**
 * P(i is among the first k) for every i, by adding up over the sets that can have been drawn so far.
 * @param probabilities at most MOST_ENUMERABLE, positive
 */
export function inclusionProbabilities(probabilities: readonly number[], k: number): number[] {
  const n = probabilities.length;
  let sets = new Map<number, number>([[0, 1]]);
  for (let drawn = 0; drawn < Math.min(k, n); drawn++) {
    const next = new Map<number, number>();
    for (const [set, chance] of sets) {
      // What is left, added up: 1 minus what is gone loses digits.
      let left = 0;
      for (let i = 0; i < n; i++) if ((set & (1 << i)) === 0) left += probabilities[i]!;
      for (let i = 0; i < n; i++) {
        if ((set & (1 << i)) !== 0) continue;
        const larger = set | (1 << i);
        next.set(larger, (next.get(larger) ?? 0) + (chance * probabilities[i]!) / left);
      }
    }
    sets = next;
  }
  return probabilities.map((_, i) => {
    let sum = 0;
    for (const [set, chance] of sets) if ((set & (1 << i)) !== 0) sum += chance;
    return sum;
  });
}
