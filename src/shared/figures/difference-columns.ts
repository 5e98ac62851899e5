/** Columns of a table of what differs: one per variant where that says it all, else one per row. */
import type { ComparisonPart, ComparisonRow } from '../contract/comparisons.ts';

export interface DifferenceColumn {
  /** A group whose values stand in the column. */
  readonly group: string;
  readonly label: string;
}

export function differenceColumns(
  { variants, table, differing }: Pick<ComparisonPart, 'variants' | 'table' | 'differing'>,
  labelOf: (row: ComparisonRow) => string,
): readonly DifferenceColumn[] {
  const byVariant = variants.map((name) => table.filter(({ variant }) => variant === name));
  const alike = differing.every(({ values }) =>
    byVariant.every((rows) => new Set(rows.map(({ group }) => values[group])).size <= 1),
  );
  if (!alike || byVariant.length < 2 || byVariant.flat().length < table.length) {
    return table.map((row) => ({ group: row.group, label: labelOf(row) }));
  }
  return byVariant.flatMap(([first]) =>
    first === undefined ? [] : [{ group: first.group, label: first.variant }],
  );
}
