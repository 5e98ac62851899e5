/** Pearson's chi-square tests on counts. */
import chiSquareCdf from '@stdlib/stats-base-dists-chisquare-cdf';

export interface ChiSquare {
  readonly statistic: number;
  readonly degrees: number;
  /** P(a statistic at least this large) where the hypothesis holds. */
  readonly p: number;
}

/** Fewer expected than this, and the law of the statistic is not that of chi-square: such cells are pooled. */
const LEAST_EXPECTED = 5;

/** Do these counts come from these probabilities? Rare outcomes are pooled into one. */
export function fit(counts: readonly number[], probabilities: readonly number[]): ChiSquare {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const rare = { count: 0, expected: 0 };
  const cells: { count: number; expected: number }[] = [];
  counts.forEach((count, i) => {
    const expected = total * probabilities[i]!;
    if (expected >= LEAST_EXPECTED) cells.push({ count, expected });
    else {
      rare.count += count;
      rare.expected += expected;
    }
  });
  if (rare.expected > 0) cells.push(rare);
  return test(cells, cells.length - 1);
}

/** Are the rows and columns of this table independent? Empty rows and columns do not count. */
export function independence(table: readonly (readonly number[])[]): ChiSquare {
  const rows = table.map((row) => row.reduce((sum, count) => sum + count, 0));
  const columns = (table[0] ?? []).map((_, j) => table.reduce((sum, row) => sum + row[j]!, 0));
  const total = rows.reduce((sum, count) => sum + count, 0);
  const cells = table.flatMap((row, i) =>
    row.map((count, j) => ({ count, expected: (rows[i]! * columns[j]!) / total })),
  );
  const full = (sums: readonly number[]) => sums.filter((sum) => sum > 0).length;
  return test(
    cells.filter(({ expected }) => expected > 0),
    (full(rows) - 1) * (full(columns) - 1),
  );
}

function test(
  cells: readonly { readonly count: number; readonly expected: number }[],
  degrees: number,
): ChiSquare {
  const statistic = cells.reduce((sum, { count, expected }) => sum + (count - expected) ** 2 / expected, 0);
  return { statistic, degrees, p: degrees < 1 ? 1 : 1 - chiSquareCdf(statistic, degrees) };
}
