/**
 * Eigenvalues and eigenvectors of a symmetric matrix, by cyclic Jacobi rotations: slow and exact, for matrices of a few hundred rows.
 * Source: Golub, Van Loan, "Matrix Computations", 4th edition, 2013, section 8.5.
 */

const MOST_SWEEPS = 50;
/** Sum of the squares beside the diagonal, of those of the matrix, at which it counts as diagonal. */
const TOLERANCE = 1e-22;

/** Eigenvalues from the largest to the smallest, and their eigenvectors, each of length 1. The matrix stays as it is. */
export function symmetricEigen(matrix: readonly Float64Array[]): {
  readonly values: number[];
  readonly vectors: Float64Array[];
} {
  const a = matrix.map((row) => row.slice());
  const size = a.length;
  const vectors = a.map((_, i) => new Float64Array(size).map((__, j) => (i === j ? 1 : 0)));
  const all = a.reduce((sum, row) => sum + row.reduce((own, x) => own + x * x, 0), 0);
  for (let sweep = 0; sweep < MOST_SWEEPS && beside(a) > TOLERANCE * all; sweep++) {
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(a, vectors, p, q);
  }
  const order = a.map((row, i) => [row[i]!, i] as const).sort(([x], [y]) => y - x);
  return { values: order.map(([value]) => value), vectors: order.map(([, i]) => vectors[i]!) };
}

function beside(a: readonly Float64Array[]): number {
  return a.reduce((sum, row, i) => sum + row.reduce((own, x, j) => own + (i === j ? 0 : x * x), 0), 0);
}

/** Makes a[p][q] 0, in place; row i of `vectors` is the i-th eigenvector in the end. */
function rotate(a: readonly Float64Array[], vectors: readonly Float64Array[], p: number, q: number): void {
  const off = a[p]![q]!;
  if (off === 0) return;
  const tau = (a[q]![q]! - a[p]![p]!) / (2 * off);
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = t * c;
  for (const row of a) {
    const [x, y] = [row[p]!, row[q]!];
    row[p] = c * x - s * y;
    row[q] = s * x + c * y;
  }
  for (const rows of [a, vectors]) {
    const [first, second] = [rows[p]!, rows[q]!];
    for (let k = 0; k < first.length; k++) {
      const [x, y] = [first[k]!, second[k]!];
      first[k] = c * x - s * y;
      second[k] = s * x + c * y;
    }
  }
}
