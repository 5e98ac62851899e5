/** The study's table: one row per estimator and temperature, means over seeds with half widths of 95 % intervals. */
import { interval } from '../../../src/shared/interval.ts';

export interface StudyRun {
  readonly estimator: string;
  readonly seconds: number;
  /** Final values: what the estimator believed, the test buyers' payments, relaxed minus hard on training buyers. */
  readonly relaxed: number;
  readonly hard: number;
  readonly gap: number;
  /** Hard revenue of the validation buyers at its steps. */
  readonly steps: readonly number[];
  readonly revenue: readonly number[];
}

interface StudyGroup {
  readonly temperature: string;
  readonly runs: readonly StudyRun[];
}

/** Share of the best that counts as reached. */
const REACHED = 0.95;

/** Best hard revenue on validation buyers that any run of the part ever had: what "steps to 95 %" is measured by. */
function bestRevenue(groups: readonly StudyGroup[]): number {
  return Math.max(...groups.flatMap(({ runs }) => runs.flatMap(({ revenue }) => revenue)));
}

/** First step at which a run has 95 % of `best`; undefined if it never has. */
export function stepsTo(run: Pick<StudyRun, 'steps' | 'revenue'>, best: number): number | undefined {
  return run.steps[run.revenue.findIndex((value) => value >= REACHED * best)];
}

export function studyTable(
  groups: readonly StudyGroup[],
  baselines: Readonly<Record<string, number>>,
): string {
  const best = bestRevenue(groups);
  const rows = groups.flatMap(({ temperature, runs }) =>
    [...Map.groupBy(runs, ({ estimator }) => estimator)].map(([estimator, own]) => {
      const reached = own.flatMap((run) => stepsTo(run, best) ?? []);
      return [
        estimator,
        temperature,
        ...[own.map(({ relaxed }) => relaxed), own.map(({ hard }) => hard), own.map(({ gap }) => gap)].map(
          shown,
        ),
        reached.length === 0 ? '-' : `${Math.round(mean(reached))} (${reached.length} of ${own.length})`,
        mean(own.map(({ seconds }) => seconds)).toFixed(1),
      ];
    }),
  );
  const head = ['estimator', 'temperature', 'relaxed', 'hard (test)', 'gap', 'steps to 95 %', 'seconds'];
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const { surplus, ...others } = baselines;
  const named = Object.entries(others).sort(([, a], [, b]) => b - a);
  const baseline = named.map(([name, value]) => `${name} ${value.toPrecision(5)}`).join(', ');
  return [
    ...lines,
    '',
    `Baselines on the same test buyers, best first: ${baseline}. Upper bound: surplus ${surplus?.toPrecision(5) ?? 'not known'}.`,
    `Steps to 95 % of ${best.toPrecision(5)}, the best hard revenue of validation buyers in this part; in brackets the seeds that got there.`,
  ].join('\n');
}

function shown(values: readonly number[]): string {
  const { mean: centre, half } = interval(values);
  if (Number.isNaN(half)) return centre.toPrecision(4);
  return `${centre.toPrecision(4)} ± ${half < 100 ? half.toPrecision(2) : half.toFixed(0)}`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
