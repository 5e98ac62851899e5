/** What a report of a comparison says, whatever it is written in. */
import type { ComparisonPart, ComparisonRow, MeanOfSeeds } from '../../shared/contract/comparisons.ts';
import type { MetricDescriptor, ProblemDescriptor } from '../../shared/descriptor.ts';
import type { RunRecord } from '../../shared/run.ts';
import { listEstimators, listProblems } from '../catalog.ts';
import { partsOf, severalProblems } from '../comparisons/describe.ts';

export interface ReportPart extends ComparisonPart {
  readonly label: string;
  /** Undefined for a problem that this version does not know. */
  readonly descriptor: ProblemDescriptor | undefined;
  /** Metrics that have a column. */
  readonly columns: readonly Pick<MetricDescriptor, 'name' | 'column' | 'label'>[];
}

export interface ReportContent {
  readonly title: string;
  readonly runs: readonly RunRecord[];
  readonly parts: readonly ReportPart[];
  readonly remark: string;
}

/** @param names of the comparisons that the runs are of */
export function reportContent(runs: readonly RunRecord[], names: readonly string[]): ReportContent {
  const parts = partsOf(runs);
  return {
    title: names.length === 1 ? (names[0] ?? '') : `${runs.length} runs of ${names.length} comparisons`,
    runs,
    remark: severalProblems(parts),
    parts: parts.map((part) => {
      const descriptor = listProblems().find(({ id }) => id === part.problem);
      const columns = (descriptor?.metrics ?? []).filter(({ column }) => column !== undefined);
      return { ...part, label: descriptor?.label ?? part.problem, descriptor, columns };
    }),
  };
}

/** The estimator, and what tells the row from others of it. */
export function rowLabel({ estimator, variant }: ComparisonRow): string {
  const label = estimatorLabel(estimator);
  return variant === '' ? label : `${label}, ${variant}`;
}

export function estimatorLabel(id: string): string {
  return listEstimators().find((estimator) => estimator.id === id)?.label ?? id;
}

/** Cells of a row in the order of the columns. */
export function cellsOf(row: ComparisonRow, { columns }: ReportPart): readonly (MeanOfSeeds | undefined)[] {
  return columns.map(({ name }) => row.metrics[name]);
}
