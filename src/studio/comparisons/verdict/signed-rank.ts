/**
 * Wilcoxon's signed-rank test, exactly: the share of all signs of the differences whose ranks sum to as much or more. With ties and
 * zeros too, for which libraries fall back on the normal law, which is wrong at a handful of seeds.
 *
 * Source: Wilcoxon, "Individual Comparisons by Ranking Methods", Biometrics Bulletin 1, 1945. Zeros are left out, ties have the mean
 * of their ranks.
 */

const ROUNDING = 1e10;

/** @param differences infinite ones are larger than any other @returns two-sided p; 1 where all are 0 */
export function signedRankP(differences: readonly number[]): number {
  const kept = rounded(differences).filter((difference) => difference !== 0);
  if (kept.length === 0) return 1;
  const ranks = doubledRanks(kept.map(Math.abs));
  const above = kept.reduce((sum, difference, i) => sum + (difference > 0 ? ranks[i]! : 0), 0);
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const shares = sumShares(ranks, total);
  const between = (from: number, to: number) =>
    shares.slice(from, to + 1).reduce((sum, share) => sum + share, 0);
  return Math.min(1, 2 * Math.min(between(0, above), between(above, total)));
}

/** The smallest p that so many pairs can give: 2^(1 - n). */
export function leastSignedRankP(pairs: number): number {
  return Math.min(1, 2 ** (1 - pairs));
}

/** The fewest pairs that can give a p below `level`. */
export function signedRankPairs(level: number): number {
  return 2 + Math.floor(Math.log2(1 / level));
}

/** Twice the rank of each: halves of ties become whole. */
function doubledRanks(sizes: readonly number[]): readonly number[] {
  return sizes.map((size) => {
    const below = sizes.filter((other) => other < size).length;
    const equal = sizes.filter((other) => other === size).length;
    return 2 * below + equal + 1;
  });
}

/** In units of a part in 1e10 of the largest: 0.31 - 0.3 and 0.3 - 0.29 are a tie, whatever their last bits are. */
function rounded(differences: readonly number[]): readonly number[] {
  const finite = differences.map(Math.abs).filter(Number.isFinite);
  const unit = Math.max(0, ...finite) / ROUNDING;
  return unit === 0 ? differences : differences.map((difference) => Math.round(difference / unit));
}

/** By sum of the ranks of positive differences: its share of all 2^n signs. */
function sumShares(ranks: readonly number[], total: number): Float64Array {
  const shares = new Float64Array(total + 1);
  shares[0] = 1;
  for (const rank of ranks) {
    for (let sum = total; sum >= 0; sum--) {
      shares[sum] = (shares[sum]! + (sum >= rank ? shares[sum - rank]! : 0)) / 2;
    }
  }
  return shares;
}
