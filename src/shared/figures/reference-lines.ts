/** What a comparison's charts and tables show beside its runs: cheap baselines, and exact ones that somebody asked for. */
import { readBaselineName } from '../baseline-name.ts';
import { counted } from '../counted.ts';
import { splits, type MetricDescriptor, type ProblemDescriptor, type Split } from '../descriptor.ts';
import type { ExactBaseline } from '../exact.ts';
import { formatNumber } from '../number-format.ts';
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

type Known = Pick<ProblemDescriptor, 'baselines' | 'exact'>;

/** Splits as people call them. */
export const splitWords: Readonly<Record<Split, string>> = {
  train: 'training',
  validation: 'validation',
  test: 'test',
};

type Baselines = Pick<ComparisonRecord, 'baselines' | 'variantBaselines' | 'exact'>;

/**
 * Those that are true of every variant, in the order of the problem, those of a baseline by split.
 * @param problem undefined: one that this version does not know, whose baselines go by their names
 * @param variant whose own are among them; absent: none's
 */
export function referenceLines(
  problem: Known | undefined,
  { baselines, variantBaselines, exact }: Baselines,
  variant?: string,
): readonly ReferenceLine[] {
  const own = variantBaselines.find((one) => one.variant === variant)?.baselines;
  return [
    ...cheapLines(problem, { ...baselines, ...own }),
    ...exact.flatMap((baseline) => exactLines(problem, baseline)),
  ];
}

/** Those that are true of some variants alone, once for those that have the same, with their names. */
export function variantReferenceLines(
  problem: Known | undefined,
  { variantBaselines }: Pick<Baselines, 'variantBaselines'>,
): readonly ReferenceLine[] {
  return [...Map.groupBy(variantBaselines, ({ baselines }) => JSON.stringify(baselines)).values()].flatMap(
    (same) => {
      const variant = same.map((one) => one.variant).join('; ');
      return cheapLines(problem, same[0]?.baselines ?? {}).map((line) => ({
        ...line,
        label: `${line.label} \u00b7 ${variant}`,
        variant,
      }));
    },
  );
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

/** The lines that an exact baseline is: its menu on every split, or its bound; none if nothing was found or proved. */
export function exactLines(problem: Known | undefined, baseline: ExactBaseline): readonly ReferenceLine[] {
  const { method, split, bidders, available, bound, revenue } = baseline;
  const known = problem?.exact?.find((one) => one.method === method)?.label ?? method;
  const name = `${method}-${split}`;
  if (split === 'train') {
    const label = `${known} for ${bidders === available ? 'all ' : ''}${counted(bidders, 'training buyer')}`;
    const help = `Optimal for ${bidders} of ${available} training buyers, evaluated on all buyers of the split. ${proofOf(baseline)}`;
    return splits.flatMap((on) =>
      revenue === null ? [] : [{ name, label, help, split: on, value: revenue[on], variant: '' }],
    );
  }
  if (bound === null) return [];
  const menus = method === 'deterministic-menu' ? 'No deterministic menu' : 'No menu';
  const whose =
    bidders === available ? 'the test buyers' : `the first ${bidders} of ${available} test buyers`;
  return [
    {
      name,
      label: `Bound for ${whose} (${known.toLowerCase()})`,
      help: `${menus} earns more from ${whose}. ${proofOf(baseline)}`,
      split,
      value: bound,
      variant: '',
    },
  ];
}

/** As it is called where its split is not said beside it. */
export function lineLabel({ label, split }: ReferenceLine): string {
  return split === null || label.includes('test buyers') ? label : `${label}, ${splitWords[split]}`;
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

/** One sentence on what is proved. */
export function proofOf({ status, value, bound, seconds, bidders }: ExactBaseline): string {
  const figures = `${formatNumber(value)} from ${bidders === 1 ? 'this' : 'these'} ${counted(bidders, 'buyer')}, at most ${formatNumber(bound)} is possible`;
  const time = `${formatNumber(seconds)} s`;
  switch (status) {
    case 'optimal':
      return `Optimal after ${time}: ${figures}.`;
    case 'time-limit':
      return `Time was up after ${time}: ${figures}.`;
    case 'infeasible':
      return `The programme has no solution (after ${time}).`;
    case 'cancelled':
      return `Cancelled after ${time}: ${figures}.`;
  }
}
