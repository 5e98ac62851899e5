/** Which rows of a comparison its pictures and curves have: the best of many, unless somebody asks for others. */
import type { ComparisonRow } from '../../../shared/contract/comparisons.ts';

/** Of more rows the best ones are drawn, unless somebody asks for all. */
export const MOST_DRAWN = 20;

/** As the address says it; groups of rows, none where it says nothing. */
export interface RowChoice {
  /** All that are left by ranges and variant, not only the best. */
  readonly all: boolean;
  /** Taken out of those that are drawn. */
  readonly hidden: readonly string[];
  /** Drawn beside the best. */
  readonly also: readonly string[];
  /** Drawn alone. */
  readonly only: readonly string[];
}

type Query = Readonly<Record<string, string | undefined>>;

export function rowChoice(query: Query): RowChoice {
  const list = (key: string) => (query[key] ?? '').split('|').filter((group) => group !== '');
  return { all: query['rows'] === 'all', hidden: list('hide'), also: list('also'), only: list('only') };
}

/** What to put into the address for it. */
export function rowQuery({ all, hidden, also, only }: RowChoice): Record<string, string> {
  return { rows: all ? 'all' : '', hide: hidden.join('|'), also: also.join('|'), only: only.join('|') };
}

/** @param rows best first */
export function drawnRows(rows: readonly ComparisonRow[], choice: RowChoice): readonly ComparisonRow[] {
  const { all, hidden, also, only } = choice;
  const alone = rows.filter(({ group }) => only.includes(group));
  if (alone.length > 0) return alone;
  return rows.filter(
    ({ group }, place) => (all || place < MOST_DRAWN || also.includes(group)) && !hidden.includes(group),
  );
}

/** Draws a row that is not drawn, or takes it away. */
export function toggled(choice: RowChoice, group: string, isDrawn: boolean): RowChoice {
  const without = (groups: readonly string[]) => groups.filter((other) => other !== group);
  if (choice.only.length > 0) {
    return { ...choice, only: isDrawn ? without(choice.only) : [...choice.only, group] };
  }
  if (isDrawn) return { ...choice, hidden: [...choice.hidden, group], also: without(choice.also) };
  return { ...choice, hidden: without(choice.hidden), also: [...without(choice.also), group] };
}

/** One row alone, or all others again. */
export function alone(choice: RowChoice, group: string): RowChoice {
  const isAlone = choice.only.length === 1 && choice.only[0] === group;
  return { ...choice, only: isAlone ? [] : [group] };
}
