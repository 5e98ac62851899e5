/** Points of many dimensions on the two axes along which they differ most. */
import { symmetricEigen } from './symmetric-eigen.ts';

interface PrincipalAxes {
  project(row: ArrayLike<number>): [number, number];
  /** Shares of the variance that lie along the two axes. */
  readonly shares: readonly [number, number];
}

/**
 * Projection onto the two axes of the largest variance, and their shares of it.
 * Source: Pearson, "On Lines and Planes of Closest Fit to Systems of Points in Space", Philosophical Magazine 2(11), 1901.
 * @param rows at least one, all of one length
 */
export function principalAxes(rows: readonly ArrayLike<number>[]): PrincipalAxes {
  const size = rows[0]!.length;
  const mean = new Float64Array(size);
  for (const row of rows) for (let e = 0; e < size; e++) mean[e]! += row[e]! / rows.length;
  const covariance = Array.from({ length: size }, () => new Float64Array(size));
  for (const row of rows)
    for (let a = 0; a < size; a++)
      for (let b = 0; b < size; b++)
        covariance[a]![b]! += ((row[a]! - mean[a]!) * (row[b]! - mean[b]!)) / rows.length;
  const { values, vectors } = symmetricEigen(covariance);
  const total = values.reduce((sum, value) => sum + value, 0) || 1;
  const along = (row: ArrayLike<number>, axis: number) => {
    let sum = 0;
    for (let e = 0; e < size; e++) sum += (row[e]! - mean[e]!) * (vectors[axis]?.[e] ?? 0);
    return sum;
  };
  return {
    project: (row) => [along(row, 0), along(row, 1)],
    shares: [(values[0] ?? 0) / total, (values[1] ?? 0) / total],
  };
}
