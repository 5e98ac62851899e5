/** What a comparison's charts and tables show beside its runs: cheap baselines, and exact ones that somebody asked for. */
import { readBaselineName } from '../baseline-name.ts';
import type { MetricDescriptor, ProblemDescriptor } from '../descriptor.ts';
import { splits, splitWords, type Split } from '../split.ts';
import type { ComparisonRecord } from '../run.ts';

export interface ReferenceLine {
  /** Of the baseline: its values on several splits share it. */
  readonly name: string;
  readonly label: string;
  readonly help: string;
  /** On which it was computed; null: it holds beside every split (`everySplit`). */
  readonly split: Split | null;
  readonly value: number;
  /** The variants of which alone it is true; empty: it is of all. */
  readonly variant: string;
}

const DASHES: readonly (readonly number[])[] = [
  [1, 3],
  [6, 3],
  [10, 3, 2, 3],
  [3, 2],
  [14, 4],
  [1, 7],
  [8, 2, 1, 2, 1, 2],
  [4, 2, 4, 6],
];

/** Lines of one chart are told apart by their dashes. */
export function referenceDash(place: number): readonly number[] {
  return DASHES[place % DASHES.length] ?? [];
}

type Known = Pick<ProblemDescriptor, 'baselines'>;

type Baselines = Pick<ComparisonRecord, 'baselines' | 'variantBaselines' | 'exact'>;

/** By stored name, those that were computed before the first run and are true of a variant. @param variant null: of the only one */
export function computedLines(
  { baselines, variantBaselines }: Pick<Baselines, 'baselines' | 'variantBaselines'>,
  variant: string | null,
): Readonly<Record<string, number>> {
  return { ...baselines, ...variantBaselines.find((one) => one.variant === variant)?.baselines };
}

/**
 * Those that are true of every variant, in the order of the problem, those of a baseline by split.
 * @param problem undefined: one that this version does not know, whose baselines go by their names
 * @param variant whose own are among them; absent: none's
 */
export function referenceLines(
  problem: Known | undefined,
  comparison: Baselines,
  variant?: string,
): readonly ReferenceLine[] {
  return [
    ...cheapLines(problem, computedLines(comparison, variant ?? null)),
    ...comparison.exact
      .filter(({ variants }) => variants === undefined || variants.some((name) => name === variant))
      .flatMap((solution) => solvedLines(solution, '')),
  ];
}

/** Those that are true of some variants alone, once for those that have the same, with their names. */
export function variantReferenceLines(
  problem: Known | undefined,
  { variantBaselines, exact }: Pick<Baselines, 'variantBaselines' | 'exact'>,
): readonly ReferenceLine[] {
  const cheap = [
    ...Map.groupBy(variantBaselines, ({ baselines }) => JSON.stringify(baselines)).values(),
  ].flatMap((same) => {
    const variant = same.map((one) => one.variant).join('; ');
    return cheapLines(problem, same[0]?.baselines ?? {}).map((line) => ofVariant(line, variant));
  });
  const solved = exact.flatMap((solution) => {
    const variant = solution.variants?.join('; ');
    return variant === undefined ? [] : solvedLines(solution, variant);
  });
  return [...cheap, ...solved];
}

function solvedLines({ name, lines }: Baselines['exact'][number], variant: string): readonly ReferenceLine[] {
  return lines.map((line) => ofVariant({ name, ...line, variant }, variant));
}

function ofVariant(line: ReferenceLine, variant: string): ReferenceLine {
  return variant === '' ? line : { ...line, label: `${line.label} \u00b7 ${variant}`, variant };
}

function cheapLines(
  problem: Known | undefined,
  baselines: Readonly<Record<string, number>>,
): readonly ReferenceLine[] {
  const cheap = Object.entries(baselines).map(([stored, value]): ReferenceLine => {
    const { name, split } = readBaselineName(stored);
    const known = problem?.baselines.find((baseline) => baseline.name === name);
    return {
      name,
      label: known?.label ?? name,
      help: known?.help ?? '',
      split: known?.everySplit === true ? null : split,
      value,
      variant: '',
    };
  });
  const order = [...new Set(cheap.map(({ name }) => name))];
  cheap.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name) || place(a) - place(b));
  return cheap;
}

const place = ({ split }: ReferenceLine) => (split === null ? -1 : splits.indexOf(split));

/** As it is called where its split is not said beside it; a bound says itself what it bounds. */
export function lineLabel({ label, split }: ReferenceLine): string {
  return split === null || label.startsWith('Bound ') ? label : `${label}, ${splitWords[split]}`;
}

/** Those that are values of a metric, on its own split. */
export function linesBeside(
  lines: readonly ReferenceLine[],
  { baselines, split }: Pick<MetricDescriptor, 'baselines' | 'split'>,
): readonly ReferenceLine[] {
  if (baselines === undefined) return [];
  return lines.filter(
    (line) =>
      (line.split === null || line.split === split) && (baselines === true || baselines.includes(line.name)),
  );
}

/** A row a baseline, with its value on each split. */
interface ReferenceRow {
  /** Of the baseline; several rows have it where variants differ in its value. */
  readonly name: string;
  readonly lines: readonly ReferenceLine[];
  readonly label: string;
  readonly help: string;
  /** `every`: one that holds beside every split. */
  readonly values: Readonly<Partial<Record<Split | 'every', number>>>;
}

export function referenceRows(lines: readonly ReferenceLine[]): readonly ReferenceRow[] {
  return [...Map.groupBy(lines, ({ name, variant }) => JSON.stringify([name, variant])).values()].flatMap(
    (own) => {
      const [first] = own;
      if (first === undefined) return [];
      const values = Object.fromEntries(own.map(({ split, value }) => [split ?? 'every', value]));
      return [{ name: first.name, label: first.label, help: first.help, lines: own, values }];
    },
  );
}

/** Columns of a table of baselines: the splits that some baseline has a value on. */
export function referenceColumns(
  rows: readonly ReferenceRow[],
): readonly { readonly split: Split | 'every'; readonly title: string }[] {
  const columns = [
    ...splits.map((split) => ({ split, title: splitWords[split] })),
    { split: 'every', title: 'every split' } as const,
  ];
  return columns.filter(({ split }) => rows.some(({ values }) => values[split] !== undefined));
}
