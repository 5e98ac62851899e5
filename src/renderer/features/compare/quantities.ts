/** What the rows of a comparison can be looked at by: what was set, and what came out; and ranges of these that pick rows. */
import type { ComparisonPart, ComparisonRow } from '../../../shared/contract/comparisons.ts';
import { formatTick } from '../../../shared/number-format.ts';
import type { Column } from './table-columns.ts';

export interface Quantity {
  readonly id: string;
  readonly label: string;
  /** Texts that are no numbers, each at its place; null: it is a number. */
  readonly categories: readonly string[] | null;
  /** Whether an axis in powers of ten shows it better: it is positive and goes over two of them. */
  readonly isLog: boolean;
  /** Of a category its place; null: the row has none. */
  valueOf(row: ComparisonRow): number | null;
}

/** By the id of a quantity, both ends included. */
export type Ranges = ReadonlyMap<string, readonly [low: number, high: number]>;

const LOG_SPAN = 100;
/** Half a place to either side of a category. */
const HALF = 0.5;

/** What differs between the rows first, then what was measured. */
export function quantitiesOf(
  { table, differing }: Pick<ComparisonPart, 'table' | 'differing'>,
  columns: readonly Column[],
  labelOf: (estimator: string) => string,
): readonly Quantity[] {
  const estimators = new Set(table.map(({ estimator }) => estimator));
  return [
    ...(estimators.size < 2
      ? []
      : [quantity('estimator', 'Estimator', table, ({ estimator }) => labelOf(estimator))]),
    ...differing.map(({ path, values }) =>
      quantity(path, path.replace(/^config\./, ''), table, ({ group }) => values[group]),
    ),
    ...columns.map(({ id, title, value }) =>
      quantity(id, title, table, (row) => value(row)?.mean ?? undefined),
    ),
  ].filter(({ valueOf }) => new Set(table.map(valueOf)).size > 1);
}

function quantity(
  id: string,
  label: string,
  rows: readonly ComparisonRow[],
  read: (row: ComparisonRow) => string | number | undefined,
): Quantity {
  const known = rows.map(read).filter((value) => value !== undefined);
  const numbers = known.map(Number);
  if (numbers.every(Number.isFinite)) {
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    return {
      id,
      label,
      categories: null,
      isLog: low > 0 && high >= LOG_SPAN * low,
      valueOf: (row) => {
        const value = read(row);
        return value === undefined ? null : Number(value);
      },
    };
  }
  const categories = [...new Set(known.map(String))];
  return {
    id,
    label,
    categories,
    isLog: false,
    valueOf: (row) => {
      const value = read(row);
      return value === undefined ? null : categories.indexOf(String(value));
    },
  };
}

/** Rows that are within every range; a range of an unknown quantity picks nothing out. */
export function withinRanges(
  rows: readonly ComparisonRow[],
  quantities: readonly Quantity[],
  ranges: Ranges,
): readonly ComparisonRow[] {
  const bounds = quantities.flatMap(({ id, valueOf }) => {
    const range = ranges.get(id);
    return range === undefined ? [] : [{ range, valueOf }];
  });
  return rows.filter((row) =>
    bounds.every(({ range: [low, high], valueOf }) => {
      const value = valueOf(row);
      return value !== null && value >= low && value <= high;
    }),
  );
}

/** For an address: `config.temperature~0.1~0.5|...`. What cannot be read is left out. */
export function parseRanges(text: string): Ranges {
  return new Map(
    text.split('|').flatMap((part) => {
      const [id = '', low = '', high = ''] = part.split('~');
      const ends = [Number(low), Number(high)] as const;
      return id !== '' && low !== '' && high !== '' && ends.every(Number.isFinite)
        ? [[id, ends] as const]
        : [];
    }),
  );
}

export function writeRanges(ranges: Ranges): string {
  return [...ranges].map(([id, [low, high]]) => `${id}~${short(low)}~${short(high)}`).join('|');
}

/** With one range in the place of another of its quantity; null takes it away. */
export function withRange(ranges: Ranges, id: string, range: readonly [number, number] | null): Ranges {
  const changed = new Map(ranges);
  if (range === null) changed.delete(id);
  else changed.set(id, [Math.min(...range), Math.max(...range)]);
  return changed;
}

/** `temperature 0.1 to 0.5`, `Estimator Exact, REINFORCE`. */
export function rangeText({ label, categories }: Quantity, [low, high]: readonly [number, number]): string {
  if (categories === null) return `${label} ${formatTick(low)} to ${formatTick(high)}`;
  return `${label} ${categories.filter((_, place) => place >= low && place <= high).join(', ') || 'none'}`;
}

/** The range of one category. */
export function placeRange(place: number): readonly [number, number] {
  return [place - HALF, place + HALF];
}

/** A pixel is not worth seventeen digits. */
function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
