/** The study's tables: a row for each cell, means over logs with half widths of 95 % intervals. */
import { interval } from '../../../src/shared/interval.ts';

export interface StudyRun {
  readonly method: string;
  readonly estimator: string;
  readonly log: number;
  /** True value on the test rounds, of the policy and of its likeliest items. */
  readonly value: number;
  readonly greedy: number;
  /** (sum of w)^2 / sum of w^2 of the training rounds as a share of them, and the mean weight. */
  readonly effective: number;
  readonly meanWeight: number;
  readonly seconds: number;
}

export interface StudyCell {
  readonly name: string;
  readonly runs: readonly StudyRun[];
  /** Reference values of each log on its test rounds. */
  readonly references: readonly Readonly<Record<string, number>>[];
}

const columns = [
  { label: 'regression', method: 'regression', estimator: 'gradient' },
  { label: 'IPS', method: 'ips', estimator: 'gradient' },
  { label: 'SNIPS', method: 'snips', estimator: 'gradient' },
  { label: 'DR', method: 'dr', estimator: 'exact' },
  { label: 'DR, REINFORCE', method: 'dr', estimator: 'reinforce' },
] as const;

type Column = (typeof columns)[number];

/** @param of the figure of a run */
export function valueTable(cells: readonly StudyCell[], of: (run: StudyRun) => number): string {
  const rows = cells.map(({ name, runs, references }) => [
    name,
    ...['behaviourPolicy', 'bestPolicy'].map((key) =>
      mean(references.map((one) => one[key] ?? Number.NaN)).toFixed(3),
    ),
    ...columns.map((column) => shown(runsOf(runs, column).map(of))),
  ]);
  return markdown([['Cell', 'logging policy', 'best', ...columns.map(({ label }) => label)], ...rows]);
}

/** Each method less regression, log by log. */
export function differenceTable(cells: readonly StudyCell[], of: (run: StudyRun) => number): string {
  const [regression, ...others] = columns;
  const rows = cells.map(({ name, runs }) => {
    const own = new Map(runsOf(runs, regression).map((run) => [run.log, of(run)]));
    const base = (log: number) => own.get(log) ?? Number.NaN;
    return [
      name,
      ...others.map((column) =>
        shown(
          runsOf(runs, column).map((run) => of(run) - base(run.log)),
          true,
        ),
      ),
    ];
  });
  return markdown([['Cell', ...others.map(({ label }) => label)], ...rows]);
}

function runsOf(runs: readonly StudyRun[], { method, estimator }: Column): readonly StudyRun[] {
  return runs.filter((run) => run.method === method && run.estimator === estimator);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function shown(values: readonly number[], signed = false): string {
  if (values.length === 0) return '';
  const { mean: centre, half } = interval(values);
  const sign = signed && centre > 0 ? '+' : '';
  return `${sign}${centre.toFixed(3)}${Number.isNaN(half) ? '' : ` ± ${half.toFixed(3)}`}`;
}

function markdown([head, ...rows]: readonly (readonly string[])[]): string {
  const rule = head!.map((_, i) => (i === 0 ? '---' : '---:'));
  return [head!, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
