/**
 * Columns of the table of runs: which are shown, in which order, how wide, and which stay in view at the left.
 *
 * Own code instead of TanStack Table (tried: @tanstack/table-core 9.2): it keeps order, visibility, pinning and sizing in four
 * stores of its own, while here one line of the address is their home; rows are grouped with statistics and windowed here, so
 * that its row models would stand idle; and it has no resizing by keyboard. What it would save is a subtraction on drag.
 */

import type { RunSummary } from '../../../shared/contract/run-summary.ts';

export const columnIds = [
  'state',
  'name',
  'problem',
  'estimator',
  'variant',
  'seed',
  'progress',
  'headline',
  'gap',
  'speed',
  'backend',
  'where',
  'created',
  'duration',
  'tags',
] as const;
export type ColumnId = (typeof columnIds)[number];

interface ColumnKind {
  readonly label: string;
  /** Right-aligned. */
  readonly number: boolean;
  /** Pixels: as it is drawn by default, and never narrower. */
  readonly width: number;
  readonly narrowest: number;
  /** Share of the space that is left over. */
  readonly grow: number;
  /** Way in which a first click on the title sorts: the best, the newest, the fastest or the first of the alphabet on top. */
  readonly bestFirst: 'up' | 'down';
}

const text = (label: string, width: number, narrowest: number, grow = 0): ColumnKind => ({
  label,
  number: false,
  width,
  narrowest,
  grow,
  bestFirst: 'up',
});
const number = (label: string, width: number, narrowest: number, grow = 0): ColumnKind => ({
  ...text(label, width, narrowest, grow),
  number: true,
});

export const columnKinds: Readonly<Record<ColumnId, ColumnKind>> = {
  state: text('State', 96, 92),
  name: text('Name', 150, 100, 3),
  problem: text('Problem', 100, 88, 1),
  estimator: text('Estimator', 176, 146, 2),
  variant: text('Variant', 96, 66, 1),
  seed: number('Seed', 48, 42),
  progress: { ...text('Steps', 100, 74, 1), bestFirst: 'down' },
  headline: { ...number('Headline', 150, 126, 1), bestFirst: 'down' },
  gap: number('Gap', 82, 72),
  speed: { ...number('Steps/s', 68, 56), bestFirst: 'down' },
  backend: text('Backend', 70, 62),
  where: text('Where', 88, 66),
  created: { ...text('Started', 80, 64), bestFirst: 'down' },
  duration: { ...number('Duration', 80, 64), bestFirst: 'down' },
  tags: text('Tags', 84, 42, 2),
};

/**
 * What stands in the column of names. A run that nobody has named is called after its estimator and seed: where these have
 * columns of their own, it goes by its comparison instead, or by its id where the group says the comparison; one of several
 * variants by its variant, where that has no column.
 */
export function nameText(
  run: Pick<RunSummary, 'id' | 'name' | 'estimator' | 'variant' | 'seed' | 'comparisonName'>,
  shown: readonly ColumnId[],
  byComparison: boolean,
): string {
  const variant = run.variant === null ? '' : `, ${run.variant}`;
  const given = `${run.estimator}, seed ${run.seed}${variant}`;
  const further =
    run.name === given ? '' : run.name.startsWith(`${given}, `) ? run.name.slice(given.length) : null;
  if (further === null || !shown.includes('estimator') || !shown.includes('seed')) return run.name;
  if (run.variant !== null && !shown.includes('variant')) {
    return `${byComparison ? '' : `${run.comparisonName} \u00b7 `}${run.variant}${further}`;
  }
  return `${byComparison ? run.id : run.comparisonName}${further}`;
}

/** The columns that have something to say of these runs: that of variants only where a run has one, that of places where an executor trains one. */
export function columnsOf(
  columns: Columns,
  runs: readonly Pick<RunSummary, 'variant' | 'executor'>[],
): Columns {
  const varied = runs.some(({ variant }) => variant !== null);
  const spread = runs.some(({ executor }) => executor !== null);
  const said = columns.filter(({ id }) => (id !== 'variant' || varied) && (id !== 'where' || spread));
  return said.length === 0 ? columns : said;
}

/** Widest that a column can be drawn. */
export const WIDEST = 900;

export interface Column {
  readonly id: ColumnId;
  /** As somebody drew it, pixels; null: what the space allows. */
  readonly width: number | null;
  readonly pinned: boolean;
}

/** Shown columns in order; a pinned one stands before all that are not, wherever it is in the list. */
export type Columns = readonly Column[];

export const defaultColumns: Columns = columnIds.map((id) => ({ id, width: null, pinned: false }));

/** `state,name.220.pin,gap`: hidden columns are missing. Empty for the default. */
export function formatColumns(columns: Columns): string {
  const written = columns
    .map(({ id, width, pinned }) => [id, ...(width === null ? [] : [width]), ...(pinned ? ['pin'] : [])])
    .map((parts) => parts.join('.'))
    .join(',');
  return written === columnIds.join(',') ? '' : written;
}

/** What cannot be read is left out; the default where nothing can. */
export function parseColumns(written: string): Columns {
  const columns = new Map<ColumnId, Column>();
  for (const part of written.split(',')) {
    const [name, ...rest] = part.split('.');
    const id = columnIds.find((known) => known === name);
    if (id === undefined || columns.has(id)) continue;
    const width = Number(rest.find((word) => /^\d{1,4}$/.test(word)) ?? Number.NaN);
    columns.set(id, {
      id,
      width: Number.isNaN(width) ? null : clampWidth(id, width),
      pinned: rest.includes('pin'),
    });
  }
  return columns.size === 0 ? defaultColumns : [...columns.values()];
}

export function withWidth(columns: Columns, id: ColumnId, width: number | null): Columns {
  return columns.map((column) =>
    column.id === id ? { ...column, width: width === null ? null : clampWidth(id, width) } : column,
  );
}

export function withPin(columns: Columns, id: ColumnId, pinned: boolean): Columns {
  return columns.map((column) => (column.id === id ? { ...column, pinned } : column));
}

/** The last column cannot be hidden. A column that is shown again stands where the default has it, among the others. */
export function withShown(columns: Columns, id: ColumnId, shown: boolean): Columns {
  if (!shown) return columns.length === 1 ? columns : columns.filter((column) => column.id !== id);
  if (columns.some((column) => column.id === id)) return columns;
  const before = columnIds.slice(0, columnIds.indexOf(id));
  const at = columns.findLastIndex((column) => before.includes(column.id)) + 1;
  return columns.toSpliced(at, 0, { id, width: null, pinned: false });
}

/** @param by -1: towards the left, 1: towards the right */
export function withMoved(columns: Columns, id: ColumnId, by: -1 | 1): Columns {
  const from = columns.findIndex((column) => column.id === id);
  const column = columns[from];
  const to = from + by;
  if (column === undefined || to < 0 || to >= columns.length) return columns;
  return columns.toSpliced(from, 1).toSpliced(to, 0, column);
}

export interface PlacedColumn {
  readonly id: ColumnId;
  readonly width: number;
  /** Distance from the left edge if it is pinned, else null. */
  readonly left: number | null;
}

/**
 * Widths in pixels for a table that is `available` wide. Columns that nobody drew give way down to their narrowest, or share
 * what is left over.
 * @param start width of what stands before the first column, and always stays in view
 */
export function placeColumns(columns: Columns, available: number, start: number): readonly PlacedColumn[] {
  const free = columns.filter(({ width }) => width === null).map(({ id }) => columnKinds[id]);
  const drawn = columns.reduce((sum, { id, width }) => sum + (width ?? columnKinds[id].width), start);
  const spare = available - drawn;
  const total = (share: (kind: ColumnKind) => number) => free.reduce((sum, kind) => sum + share(kind), 0);
  const share = (kind: ColumnKind) => (spare > 0 ? kind.grow : kind.width - kind.narrowest);
  const shares = total(share);
  const change = spare > 0 ? spare : Math.max(spare, -shares);
  const widthOf = ({ id, width }: Column) => {
    const kind = columnKinds[id];
    return width ?? Math.floor(kind.width + (shares === 0 ? 0 : (change * share(kind)) / shares));
  };
  let left = start;
  return [...columns.filter(({ pinned }) => pinned), ...columns.filter(({ pinned }) => !pinned)].map(
    (column) => {
      const width = widthOf(column);
      const placed = { id: column.id, width, left: column.pinned ? left : null };
      left += width;
      return placed;
    },
  );
}

function clampWidth(id: ColumnId, width: number): number {
  return Math.min(WIDEST, Math.max(columnKinds[id].narrowest, Math.round(width)));
}
