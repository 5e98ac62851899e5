/** The one comparison of a backend's self-test. */

const TOLERANCE = 1e-4;

/** @param tolerance of an expected number up to 1; above it, relative. @throws Error that says what differs; NaN differs from everything */
export function expectClose(
  what: string,
  actual: Iterable<number>,
  expected: readonly number[],
  tolerance = TOLERANCE,
): void {
  const found = Array.from(actual);
  const worst = Math.max(
    found.length === expected.length ? 0 : Infinity,
    ...expected.map((value, i) => {
      const error = Math.abs(value - (found[i] ?? NaN)) / Math.max(1, Math.abs(value));
      return Number.isNaN(error) ? Infinity : error;
    }),
  );
  if (worst <= tolerance) return;
  throw new Error(`self-test failed: ${what} gives ${found.join(', ')}, expected ${expected.join(', ')}`);
}
