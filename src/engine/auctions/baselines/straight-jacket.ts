/**
 * The straight-jacket auction (SJA) for one additive buyer of m items U[0, 1]: prices that depend on the number of items only,
 * p_1, ..., p_m, with for every r = 1 .. m
 *   volume { x in [0, 1]^r : any j coordinates sum to p_j at most, for all j <= r } = 1 - r / (m + 1).
 * Optimal for m <= 6 (proved), conjectured beyond.
 * Source: Giannakopoulos, Koutsoupias, "Duality and optimality of auctions for uniform distributions", EC 2014, section 4.
 */
import { polytopeVolume, type HalfSpace } from './polytope-volume.ts';

/** Most items for which the prices are proved to be optimal, and are solved in a moment. */
export const MOST_SJA_ITEMS = 6;
/** Halvings of an interval of length m: prices to 1e-9. */
const HALVINGS = 33;

/** Prices of 1, ..., m items. */
export function straightJacketPrices(items: number): Float64Array {
  const prices: number[] = [];
  for (let r = 1; r <= items; r++) {
    const wanted = 1 - r / (items + 1);
    let [low, high] = [0, r];
    for (let i = 0; i < HALVINGS; i++) {
      const middle = (low + high) / 2;
      if (unsoldVolume([...prices, middle]) < wanted) low = middle;
      else high = middle;
    }
    prices.push((low + high) / 2);
  }
  return Float64Array.from(prices);
}

/**
 * Volume of the values of r items at which nothing is bought at these prices. In descending order x_1 >= ... >= x_r only the
 * sums of the first j count; with g_j = x_j - x_(j + 1) >= 0 they are sum_l min(j, l) g_l, and each order is one in r!.
 */
function unsoldVolume(prices: readonly number[]): number {
  const r = prices.length;
  const indices = Array.from({ length: r }, (_, j) => j);
  const halfSpaces = indices.flatMap((j): HalfSpace[] => [
    { a: indices.map((l) => Math.min(j, l) + 1), b: prices[j]! },
    { a: indices.map((l) => (l === j ? -1 : 0)), b: 0 },
  ]);
  // x_1 <= 1, which p_1 < 1 implies once it is known.
  halfSpaces.push({ a: indices.map(() => 1), b: 1 });
  return indices.reduce((product, j) => product * (j + 1), polytopeVolume(halfSpaces, r));
}
