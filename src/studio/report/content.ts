/** What a report of a comparison says, whatever it is written in. */
import type {
  ComparisonCurve,
  ComparisonPart,
  ComparisonRow,
  MeanOfSeeds,
} from '../../shared/contract/comparisons.ts';
import type { SweepResult } from '../../shared/contract/sweep.ts';
import type { DamagedRun } from '../../shared/contract/damaged-run.ts';
import { describedPart } from '../../shared/described-problem.ts';
import type { MetricDescriptor, ProblemDescriptor } from '../../shared/descriptor.ts';
import { leftOut } from '../../shared/figures/left-out.ts';
import {
  referenceLines,
  variantReferenceLines,
  type ReferenceLine,
} from '../../shared/figures/reference-lines.ts';
import { rowLabel } from '../../shared/figures/row-styles.ts';
import type { ComparisonRecord, RunRecord } from '../../shared/run.ts';
import { listEstimators, problemDescriptor } from '../catalog.ts';
import { partsOf, severalProblems, type Described } from '../comparisons/describe.ts';
import { trainAgain, type Again } from './train-again.ts';

export interface ReportPart extends ComparisonPart {
  readonly label: string;
  /** Undefined for a problem that this version does not know. */
  readonly descriptor: ProblemDescriptor | undefined;
  /** Metrics that have a column. */
  readonly columns: readonly MetricDescriptor[];
  /** Of what the verdict judges, over steps; empty: none were asked for. */
  readonly curves: readonly ComparisonCurve[];
}

export interface ReportContent {
  readonly title: string;
  /** Of the comparison; null: the runs are a choice of somebody. */
  readonly id: string | null;
  readonly runs: readonly RunRecord[];
  readonly parts: readonly ReportPart[];
  readonly remark: string;
  /** Runs that were asked for and cannot be read. */
  readonly damaged: readonly DamagedRun[];
  /** Of the comparison, where the runs are of one. */
  readonly references: readonly ReferenceLine[];
  /** What it found, where it is a sweep; null: it is none. */
  readonly sweep: SweepResult | null;
  /** How to train it again; null: the runs are a choice of somebody. */
  readonly again: Again | null;
}

/** What takes more than the runs. */
export interface Further {
  /** The comparison that the runs are all of; null: they are a choice of somebody. */
  readonly whole: ComparisonRecord | null;
  /** What the comparison found, where it is a sweep; null: it is none. */
  readonly sweep: SweepResult | null;
  curvesOf(problem: string, metric: string): readonly ComparisonCurve[];
}

const NOTHING: Further = { whole: null, sweep: null, curvesOf: () => [] };

/**
 * @param comparisons that the runs are of
 * @param damaged runs that are left out, as they cannot be read
 * @param judged what the verdict goes by
 */
export function reportContent(
  runs: readonly RunRecord[],
  comparisons: readonly ComparisonRecord[],
  damaged: readonly DamagedRun[],
  judged: Described = {},
  { whole, sweep, curvesOf }: Further = NOTHING,
): ReportContent {
  const parts = partsOf(runs, judged);
  const only = comparisons.length === 1 ? comparisons[0] : undefined;
  const problem = problemDescriptor(only?.problem);
  return {
    title: only?.name ?? `${runs.length} runs of ${comparisons.length} comparisons`,
    id: whole?.id ?? null,
    runs,
    damaged,
    remark: severalProblems(parts),
    sweep,
    again: whole === null || runs.length === 0 ? null : trainAgain(whole, runs),
    references:
      only === undefined ? [] : [...referenceLines(problem, only), ...variantReferenceLines(problem, only)],
    parts: parts.map((part) => {
      const descriptor = problemDescriptor(part.problem) ?? describedPart(part);
      const columns = (descriptor?.metrics ?? []).filter(({ column }) => column !== undefined);
      const metric = part.verdict?.metric ?? descriptor?.selectionMetric;
      const curves = metric === undefined ? [] : curvesOf(part.problem, metric);
      return { ...part, label: descriptor?.label ?? part.problem, descriptor, columns, curves };
    }),
  };
}

/** A metric in words; one that this version does not know by its name. */
export function metricLabel(descriptor: ProblemDescriptor | undefined, name: string): string {
  return descriptor?.metrics.find((metric) => metric.name === name)?.label ?? name;
}

export function labelOfRow(row: ComparisonRow): string {
  return rowLabel(row, estimatorLabel);
}

export function estimatorLabel(id: string): string {
  return listEstimators().find((estimator) => estimator.id === id)?.label ?? id;
}

/** What the means of the table leave out, a sentence per column; mostly there is none. */
export function notAveraged({ table, columns }: ReportPart, { runs }: ReportContent): readonly string[] {
  const members = new Set(table.flatMap((row) => row.members));
  const completed = runs.filter(({ id, state }) => state === 'completed' && members.has(id));
  return columns.flatMap(({ name, column, label }) => {
    const measured = completed.map(({ metrics }) => [metrics[name]]).filter(([value]) => value !== undefined);
    const sentence = leftOut('not in the mean', measured);
    return sentence === '' ? [] : [`${column ?? label}: ${sentence}`];
  });
}

/** Cells of a row in the order of the columns. */
export function cellsOf(row: ComparisonRow, { columns }: ReportPart): readonly (MeanOfSeeds | undefined)[] {
  return columns.map(({ name }) => row.metrics[name]);
}
