/** Rows of a comparison as every picture of it draws them: label, colour, line and symbol of each. */
import type { ComparisonRow } from '../contract/comparisons.ts';
import type { EstimatorStyle } from './estimator-style.ts';
import { symbolAfter } from './symbols.ts';

export interface RowStyle extends EstimatorStyle {
  /** The estimator, and what tells the row from others of it. */
  readonly label: string;
}

/** Lines of further rows of an estimator: its colour, dotted in ways that no estimator's own line is. */
const FURTHER = [
  [1, 2],
  [6, 2, 1, 2, 1, 2],
  [14, 3, 1, 3],
  [3, 5],
] as const;

/** Does not depend on the order of rows, which changes as runs end. */
export function rowStyles(
  rows: readonly ComparisonRow[],
  labelOf: (estimator: string) => string,
  styleOf: (estimator: string) => EstimatorStyle,
): ReadonlyMap<string, RowStyle> {
  const sorted = rows.toSorted((a, b) => (a.group < b.group ? -1 : 1));
  const met = new Map<string, number>();
  return new Map(
    sorted.map(({ group, estimator, variant }) => {
      const place = met.get(estimator) ?? 0;
      met.set(estimator, place + 1);
      const { color, dash, symbol } = styleOf(estimator);
      return [
        group,
        {
          color,
          dash: place === 0 ? dash : (FURTHER[(place - 1) % FURTHER.length] ?? dash),
          label: variant === '' ? labelOf(estimator) : `${labelOf(estimator)}, ${variant}`,
          symbol: place === 0 ? symbol : symbolAfter(symbol, place),
        },
      ];
    }),
  );
}
