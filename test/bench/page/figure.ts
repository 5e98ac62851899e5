/** One measured figure beside what it should be. */

export interface Figure {
  readonly what: string;
  readonly value: string;
  readonly target: string;
  /** Null: nothing is asked of it. */
  readonly met: boolean | null;
}

export function figure(what: string, value: string, target = '', met: boolean | null = null): Figure {
  return { what, value, target, met };
}

/** The p-th quantile, nearest rank; NaN of nothing. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] ?? Number.NaN;
}

export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, value, target, met }) => [
    what,
    value,
    target,
    met === null ? '' : met ? 'met' : 'NOT MET',
  ]);
  const all = [['figure', 'measured', 'target', ''], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
