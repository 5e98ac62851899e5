/** Tests on counts: Pearson's chi-square where many are expected, the exact binomial law where few are. */
import chiSquareCdf from '@stdlib/stats-base-dists-chisquare-cdf';

export interface ChiSquare {
  readonly statistic: number;
  readonly degrees: number;
  /** P(a statistic at least this large) where the hypothesis holds. */
  readonly p: number;
}

export interface Binomial {
  readonly drawn: number;
  readonly expected: number;
  /** P(a count that is at most as probable) where the hypothesis holds. */
  readonly p: number;
}

/** With fewer expected, the law of the statistic is not that of chi-square. */
const LEAST_EXPECTED = 5;
/** Relative difference of two probabilities that are equal but for rounding. */
const ROUNDING = 1e-7;

/**
 * Do these counts come from these probabilities? Outcomes that are rare are pooled. The pool is one more cell of the chi-square
 * test if it is not rare itself; otherwise how often its outcomes came has a test of its own, exact, and the chi-square test is of
 * the others alone, whose counts do not depend on it.
 * @returns undefined for what there is nothing to test of: fewer than two cells, no rare outcome
 */
export function fit(
  counts: readonly number[],
  probabilities: readonly number[],
): { readonly common: ChiSquare | undefined; readonly rare: Binomial | undefined } {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const pool = { count: 0, probability: 0 };
  const cells: { count: number; probability: number }[] = [];
  counts.forEach((count, i) => {
    const probability = probabilities[i]!;
    if (total * probability >= LEAST_EXPECTED) cells.push({ count, probability });
    else {
      pool.count += count;
      pool.probability += probability;
    }
  });
  const isRare = total * pool.probability < LEAST_EXPECTED;
  if (!isRare) cells.push(pool);
  const [drawn, chance] = cells.reduce(
    ([count, probability], cell) => [count + cell.count, probability + cell.probability],
    [0, 0],
  );
  return {
    common: test(
      cells.map(({ count, probability }) => ({ count, expected: (drawn * probability) / chance })),
      cells.length - 1,
    ),
    rare: isRare && pool.count + pool.probability > 0 ? rarely(total, pool) : undefined,
  };
}

/** Are the rows and columns of this table independent? Empty rows and columns do not count; undefined with fewer than two. */
export function independence(table: readonly (readonly number[])[]): ChiSquare | undefined {
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
): ChiSquare | undefined {
  if (degrees < 1) return undefined;
  const statistic = cells.reduce((sum, { count, expected }) => sum + (count - expected) ** 2 / expected, 0);
  return { statistic, degrees, p: 1 - chiSquareCdf(statistic, degrees) };
}

/** Binomial test with the p of R's `binom.test`: the probability of all counts that are at most as probable as this one. */
function rarely(
  total: number,
  { count, probability }: { readonly count: number; readonly probability: number },
): Binomial {
  const expected = total * probability;
  const chances = [Math.exp(total * Math.log1p(-probability))];
  const odds = probability / (1 - probability);
  // Few are expected, so that beyond this nothing is left.
  for (let k = 0; k < Math.min(total, Math.max(count, 100)); k++) {
    chances.push((chances[k]! * odds * (total - k)) / (k + 1));
  }
  const own = chances[count]! * (1 + ROUNDING);
  const p = chances.reduce((sum, chance) => (chance <= own ? sum + chance : sum), 0);
  return { drawn: count, expected, p: Math.min(1, p) };
}
