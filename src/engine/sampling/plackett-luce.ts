/**
 * Exact probabilities of drawing without replacement. What is left is always added up, in logarithms: 1 minus what is gone has
 * no digit left once one option has nearly all probability.
 */

/** Beyond this many options their 2^K sets are too many. */
export const MOST_ENUMERABLE = 16;

/** P(i is drawn next) for every i, 0 for what is drawn already; nothing but zeros where nothing is left. */
export function nextShares(
  logProbabilities: readonly number[],
  isDrawn: (index: number) => boolean,
): number[] {
  let largest = -Infinity;
  for (const [i, log] of logProbabilities.entries()) if (!isDrawn(i)) largest = Math.max(largest, log);
  if (largest === -Infinity) return logProbabilities.map(() => 0);
  const weights = logProbabilities.map((log, i) => (isDrawn(i) ? 0 : Math.exp(log - largest)));
  const left = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / left);
}

/**
 * P(i is among the first k) for every i, by adding up over the sets that can have been drawn so far.
 * @param logProbabilities at most MOST_ENUMERABLE, up to a common constant; -Infinity for what cannot be drawn
 */
export function inclusionProbabilities(logProbabilities: readonly number[], k: number): number[] {
  const n = logProbabilities.length;
  let sets = new Map<number, number>([[0, 1]]);
  for (let drawn = 0; drawn < Math.min(k, n); drawn++) {
    const next = new Map<number, number>();
    for (const [set, chance] of sets) {
      for (const [i, share] of nextShares(logProbabilities, (at) => (set & (1 << at)) !== 0).entries()) {
        if (share === 0) continue;
        const larger = set | (1 << i);
        next.set(larger, (next.get(larger) ?? 0) + chance * share);
      }
    }
    sets = next;
  }
  return logProbabilities.map((_, i) => {
    let sum = 0;
    for (const [set, chance] of sets) if ((set & (1 << i)) !== 0) sum += chance;
    return sum;
  });
}
