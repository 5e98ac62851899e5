/** Rows of a comparison as every picture of it draws them: label, colour, line and symbol of each. */
import type { ComparisonRow } from '../contract/comparisons.ts';
import type { EstimatorStyle } from './estimator-style.ts';
import { symbolAfter } from './symbols.ts';

export interface RowStyle extends EstimatorStyle {
  /** `rowLabel`. */
  readonly label: string;
}

/** Lines of further variants and rows of an estimator: its colour, dotted in ways that no estimator's own line is. */
const FURTHER = [
  [1, 2],
  [6, 2, 1, 2, 1, 2],
  [14, 3, 1, 3],
  [3, 5],
] as const;

/** The estimator, its variant, and what else tells the row from others of it: `REINFORCE · ips, samples=4`. */
export function rowLabel(
  { estimator, variant, detail }: Pick<ComparisonRow, 'estimator' | 'variant' | 'detail'>,
  labelOf: (estimator: string) => string,
): string {
  return [variant === '' ? labelOf(estimator) : `${labelOf(estimator)} \u00b7 ${variant}`, detail]
    .filter((part) => part !== '')
    .join(', ');
}

/**
 * A variant has the same line for every estimator but its first, whose lines are the estimators' own. Does not depend on the order of
 * rows, which changes as runs end.
 * @param variants names in the order of the comparison
 */
export function rowStyles(
  rows: readonly ComparisonRow[],
  variants: readonly string[],
  labelOf: (estimator: string) => string,
  styleOf: (estimator: string) => EstimatorStyle,
): ReadonlyMap<string, RowStyle> {
  const sorted = rows.toSorted((a, b) => (a.group < b.group ? -1 : 1));
  const met = new Map<string, number>();
  return new Map(
    sorted.map((row) => {
      const { group, estimator, variant } = row;
      const key = JSON.stringify([estimator, variant]);
      const before = met.get(key) ?? 0;
      met.set(key, before + 1);
      const place = Math.max(0, variants.indexOf(variant)) + before * Math.max(1, variants.length);
      const { color, dash, symbol } = styleOf(estimator);
      return [
        group,
        {
          color,
          dash: place === 0 ? dash : (FURTHER[(place - 1) % FURTHER.length] ?? dash),
          label: rowLabel(row, labelOf),
          symbol: place === 0 ? symbol : symbolAfter(symbol, place),
        },
      ];
    }),
  );
}
