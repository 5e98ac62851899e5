/** Vectors that point alike, and the largest of some values. */

/** Places by falling value, the first `count`. */
export function largest(values: ArrayLike<number>, count: number): number[] {
  return Array.from({ length: values.length }, (_, place) => place)
    .sort((a, b) => values[b]! - values[a]!)
    .slice(0, count);
}

/**
 * Cosine of a vector with each row; 0 where either is the zero vector.
 * @param rows [n, size], row by row
 */
export function cosines(rows: ArrayLike<number>, vector: ArrayLike<number>): Float64Array {
  const size = vector.length;
  const out = new Float64Array(rows.length / size);
  let squares = 0;
  for (let e = 0; e < size; e++) squares += vector[e]! ** 2;
  for (let n = 0; n < out.length; n++) {
    let [product, own] = [0, 0];
    for (let e = 0; e < size; e++) {
      const value = rows[n * size + e]!;
      product += value * vector[e]!;
      own += value * value;
    }
    out[n] = own === 0 || squares === 0 ? 0 : product / Math.sqrt(own * squares);
  }
  return out;
}
