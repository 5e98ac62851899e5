/** Which charts a comparison has: one per series that says something, none for what no run measures. */
import { standsAlone, type MetricDescriptor, type ProblemDescriptor } from '../../../shared/descriptor.ts';
import type { RunState } from '../../../shared/run.ts';
import { hasEnded } from '../../charts/step-extent.ts';

interface Member {
  readonly state: RunState;
  /** Last values of what was measured, by name. */
  readonly metrics: Readonly<Record<string, unknown>>;
}

export interface CurveChart {
  /** Of the series. */
  readonly name: string;
  readonly title: string;
  readonly help: string;
  readonly unit: string;
  /** Which reference lines belong beside it. */
  readonly beside: Pick<MetricDescriptor, 'baselines' | 'split'>;
  /** Names of the series of the lower and the upper end of its interval; none: it has no interval of its own. */
  readonly ends: readonly string[];
}

/** Comes with the second evaluation: its chart has its place from the first on, so that no chart moves under the eye. */
const EXPECTED = 'gap';

/** Everything while no run has measured anything and one may still; afterwards what at least one run has measured. */
export function curveCharts(problem: ProblemDescriptor, members: readonly Member[]): readonly CurveChart[] {
  const measured = new Set(members.flatMap(({ metrics }) => Object.keys(metrics)));
  const mayCome = members.some(({ state }) => !hasEnded(state));
  const isShown = (name: string) =>
    measured.has(name) || (mayCome && (measured.size === 0 || name === EXPECTED));
  return problem.charts.flatMap((chart) =>
    chart.metrics.filter(isShown).flatMap((name) => {
      const metric = problem.metrics.find((known) => known.name === name);
      if (metric !== undefined && !standsAlone(metric)) return [];
      if (metric?.earlier === true && !measured.has(name)) return [];
      const ends = problem.metrics.filter(({ endOf }) => endOf === name).map((end) => end.name);
      const { label = name, help = '', unit = '' } = metric ?? {};
      return [{ name, title: label, help, unit, beside: metric ?? {}, ends }];
    }),
  );
}
