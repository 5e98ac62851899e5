/** How long an experiment may take, going by the speed of earlier runs of the same problem. */
import type { RunSummary } from '../../../shared/contract/run-summary.ts';

export interface Estimate {
  readonly seconds: number;
  /** Median over those runs. */
  readonly stepsPerSecond: number;
  readonly from: number;
}

const MOST_RECENT = 20;

/** Null if no such run has ended yet. Past runs are taken newest first. */
export function estimateDuration(
  experiment: { readonly problem: string; readonly runs: number; readonly steps: number },
  past: readonly RunSummary[],
  atOnce: number,
): Estimate | null {
  const speeds = past
    .filter(({ problem, step, seconds }) => problem === experiment.problem && step > 0 && seconds > 0)
    .slice(0, MOST_RECENT)
    .map(({ step, seconds }) => step / seconds)
    .sort((a, b) => a - b);
  const median = speeds[Math.floor(speeds.length / 2)];
  if (median === undefined) return null;
  const rounds = Math.ceil(experiment.runs / Math.max(1, atOnce));
  return { seconds: (rounds * experiment.steps) / median, stepsPerSecond: median, from: speeds.length };
}
