/** The x axis of runs when nothing is zoomed. */
import type { RunState } from '../../shared/run.ts';
import { formatCount } from '../format/numbers.ts';
import type { Span } from './chart-data.ts';

const ENDED: readonly RunState[] = ['completed', 'stopped', 'failed', 'interrupted'];

export function hasEnded(state: RunState): boolean {
  return ENDED.includes(state);
}

/** Ends of the axis of a run under way, in powers of ten: it grows with its curve in few, visible steps. */
const ENDS = [1, 1.5, 2, 3, 4, 6, 8, 10];

/**
 * From the step at which they began, 0 but for forks. While a run is under way to a round step a little ahead of it, so that its
 * curve fills the chart, and never beyond the last planned one; to the last step done once all have ended.
 * @param whole to the last planned step while a run is under way
 */
export function stepExtent(
  runs: readonly { readonly state: RunState; readonly step: number; readonly steps: number }[],
  begin = 0,
  whole = false,
): Span {
  const ends = runs.map(({ state, step, steps }) => {
    if (hasEnded(state)) return step;
    return whole ? steps : Math.min(steps, begin + roundEnd(step - begin));
  });
  return { from: begin, to: Math.max(begin + 1, ...ends) };
}

function roundEnd(done: number): number {
  if (done < 10) return 10;
  const unit = 10 ** Math.floor(Math.log10(done));
  return unit * (ENDS.find((end) => end * unit > done) ?? 15);
}

/** What stands at the end of an axis that does not show all planned steps: ` of 20 000`; empty where it shows them. */
export function plannedSteps(
  runs: readonly { readonly state: RunState; readonly steps: number }[],
  extent: Span,
): string {
  const planned = Math.max(0, ...runs.filter(({ state }) => !hasEnded(state)).map(({ steps }) => steps));
  return planned > extent.to ? ` of ${formatCount(planned)}` : '';
}
