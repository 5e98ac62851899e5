/**
 * The Sobol sequence: points that fill a cube more evenly than random ones, in whatever number they are taken.
 *
 * Source: S. Joe, F. Y. Kuo, "Constructing Sobol sequences with better two-dimensional projections", SIAM J. Sci. Comput. 30, 2008,
 * whose direction numbers these are (new-joe-kuo-6.21201, the first twenty). A random digital shift keeps them even and takes them off
 * the corner of the cube: A. B. Owen, "Quasi-Monte Carlo sampling", 2003. Checked against SciPy's (test/golden/sobol.py).
 */

/** Of each dimension after the first: degree and inner coefficients of its primitive polynomial, and the first direction numbers. */
const DIRECTIONS: readonly (readonly [degree: number, coefficients: number, first: readonly number[]])[] = [
  [1, 0, [1]],
  [2, 1, [1, 3]],
  [3, 1, [1, 3, 1]],
  [3, 2, [1, 1, 1]],
  [4, 1, [1, 1, 3, 3]],
  [4, 4, [1, 3, 5, 13]],
  [5, 2, [1, 1, 5, 5, 17]],
  [5, 4, [1, 1, 5, 5, 5]],
  [5, 7, [1, 1, 7, 11, 19]],
  [5, 11, [1, 1, 5, 1, 1]],
  [5, 13, [1, 1, 1, 3, 11]],
  [5, 14, [1, 3, 5, 5, 31]],
  [6, 1, [1, 3, 3, 9, 7, 49]],
  [6, 13, [1, 1, 1, 15, 21, 21]],
  [6, 16, [1, 3, 1, 13, 27, 49]],
  [6, 19, [1, 1, 1, 15, 7, 5]],
  [6, 22, [1, 3, 1, 15, 13, 25]],
  [6, 25, [1, 1, 5, 5, 19, 61]],
  [7, 1, [1, 3, 7, 11, 23, 15, 103]],
];

export const MOST_DIMENSIONS = DIRECTIONS.length + 1;
const BITS = 32;
const WHOLE = 2 ** BITS;

/**
 * Points of the cube [0, 1)^dimensions, without end.
 * @param dimensions 1 to 20
 * @param shift by dimension a whole number below 2^32, added digit by digit (binary, without carry); zeros: the sequence itself, whose
 *   first point is the corner
 */
export function* sobolPoints(dimensions: number, shift: readonly number[]): Generator<number[], never, void> {
  const directions = Array.from({ length: dimensions }, (_, d) => directionNumbers(d));
  const place = new Uint32Array(dimensions);
  for (let index = 0; ; index++) {
    yield Array.from(place, (digits, d) => ((digits ^ (shift[d] ?? 0)) >>> 0) / WHOLE);
    // In the order of a Gray code, one digit changes from point to point.
    const changed = Math.clz32(~index & (index + 1));
    for (let d = 0; d < dimensions; d++) place[d]! ^= directions[d]![BITS - 1 - changed]!;
  }
}

/** v_1 .. v_32, each as the digits of a fraction. */
function directionNumbers(dimension: number): Uint32Array {
  const numbers = new Uint32Array(BITS);
  if (dimension === 0) return numbers.map((_, i) => 2 ** (BITS - 1 - i));
  const [degree, coefficients, first] = DIRECTIONS[dimension - 1]!;
  for (let i = 0; i < BITS; i++) {
    if (i < degree) {
      numbers[i] = first[i]! * 2 ** (BITS - 1 - i);
      continue;
    }
    let made = numbers[i - degree]! ^ (numbers[i - degree]! >>> degree);
    for (let k = 1; k < degree; k++) {
      if (((coefficients >>> (degree - 1 - k)) & 1) === 1) made ^= numbers[i - k]!;
    }
    numbers[i] = made;
  }
  return numbers;
}
