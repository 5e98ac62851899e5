/** Options of a menu as a table has them: which are shown, and in what order. */
import type { MenuOption } from '../../../../shared/menus/menu-view.ts';

export const optionFilters = ['all', 'bought', 'unsold'] as const;
export type OptionFilter = (typeof optionFilters)[number];

export const sortKeys = ['option', 'size', 'price', 'share', 'revenue'] as const;
export type SortKey = (typeof sortKeys)[number];

export interface OptionRow extends MenuOption {
  /** Items that are expected. */
  readonly size: number;
}

export function optionRows(
  rows: readonly OptionRow[],
  filter: OptionFilter,
  sort: { readonly key: SortKey; readonly descending: boolean },
): OptionRow[] {
  const sign = sort.descending ? -1 : 1;
  return rows
    .filter(({ share }) => filter === 'all' || (filter === 'bought') === share > 0)
    .sort((a, b) => sign * (a[sort.key] - b[sort.key]) || a.option - b.option);
}
