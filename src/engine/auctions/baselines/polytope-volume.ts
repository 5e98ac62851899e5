/**
 * Volume of a polytope { x in R^n : a_i . x <= b_i } by recursion over its facets: the pyramid over facet i with its top at the
 * origin has volume b_i / (n |a_ij|) times that of the facet after elimination of x_j. Exact but for rounding; the work grows
 * like the factorial of the number of facets, so this is for n <= 6 or so.
 * Source: Lasserre, "An analytical expression and an algorithm for the volume of a convex polyhedron in R^n", Journal of
 * Optimization Theory and Applications 39 (1983).
 */

/** a . x <= b */
export interface HalfSpace {
  readonly a: readonly number[];
  readonly b: number;
}

/** Coefficients that are smaller, relative to the largest of their row, are rounding. */
const ROUNDING = 1e-12;

/** @param halfSpaces of a bounded polytope in `dimension` dimensions; the result is 0 if it is empty */
export function polytopeVolume(halfSpaces: readonly HalfSpace[], dimension: number): number {
  const rows = distinct(halfSpaces);
  if (rows === undefined) return 0;
  if (dimension === 1) return segment(rows);
  let volume = 0;
  for (const row of rows) {
    if (row.b === 0) continue;
    const pivot = largest(row.a);
    const others = rows.filter((other) => other !== row).map((other) => eliminated(other, row, pivot));
    volume += (row.b / Math.abs(row.a[pivot]!)) * polytopeVolume(others, dimension - 1);
  }
  return volume / dimension;
}

function segment(rows: readonly HalfSpace[]): number {
  let [low, high] = [-Infinity, Infinity];
  for (const { a, b } of rows) {
    if (a[0]! > 0) high = Math.min(high, b / a[0]!);
    else low = Math.max(low, b / a[0]!);
  }
  return Math.max(0, high - low);
}

/** Index of the coefficient of largest modulus. */
function largest(a: readonly number[]): number {
  return a.reduce((best, x, j) => (Math.abs(x) > Math.abs(a[best]!) ? j : best), 0);
}

/** `other` on the hyperplane of `row`, without the variable `pivot`. */
function eliminated(other: HalfSpace, row: HalfSpace, pivot: number): HalfSpace {
  const factor = other.a[pivot]! / row.a[pivot]!;
  return {
    a: other.a.map((x, j) => x - factor * row.a[j]!).filter((_, j) => j !== pivot),
    b: other.b - factor * row.b,
  };
}

/**
 * Rows scaled to a largest coefficient of 1, parallel ones merged (a facet must count once), those that say nothing left out.
 * undefined if one of them cannot be satisfied.
 */
function distinct(halfSpaces: readonly HalfSpace[]): readonly HalfSpace[] | undefined {
  const kept: HalfSpace[] = [];
  for (const { a, b } of halfSpaces) {
    const size = Math.abs(a[largest(a)]!);
    if (size <= ROUNDING) {
      if (b < -ROUNDING) return undefined;
      continue;
    }
    const row = { a: a.map((x) => x / size), b: Math.abs(b) <= ROUNDING ? 0 : b / size };
    const same = kept.findIndex((other) => other.a.every((x, j) => Math.abs(x - row.a[j]!) <= ROUNDING));
    if (same < 0) kept.push(row);
    else if (row.b < kept[same]!.b) kept[same] = row;
  }
  return kept;
}
