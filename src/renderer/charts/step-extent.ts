/** The x axis of runs when nothing is zoomed. */
import type { RunState } from '../../shared/run.ts';
import type { Span } from './chart-data.ts';

const ENDED: readonly RunState[] = ['completed', 'stopped', 'failed', 'interrupted'];

export function hasEnded(state: RunState): boolean {
  return ENDED.includes(state);
}

/**
 * From the step at which they began, 0 but for forks. To the last planned step while a run is under way, so that its curve grows into
 * place; to the last step done once it has ended.
 */
export function stepExtent(
  runs: readonly { readonly state: RunState; readonly step: number; readonly steps: number }[],
  begin = 0,
): Span {
  const ends = runs.map(({ state, step, steps }) => (hasEnded(state) ? step : steps));
  return { from: begin, to: Math.max(begin + 1, ...ends) };
}
