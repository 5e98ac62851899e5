/** The x axis of runs when nothing is zoomed. */
import type { RunState } from '../../shared/run.ts';
import type { Span } from './chart-data.ts';

const ENDED: readonly RunState[] = ['completed', 'stopped', 'failed', 'interrupted'];

/** To the last planned step while a run is under way, so that its curve grows into place; to the last step done once it has ended. */
export function stepExtent(
  runs: readonly { readonly state: RunState; readonly step: number; readonly steps: number }[],
): Span {
  const ends = runs.map(({ state, step, steps }) => (ENDED.includes(state) ? step : steps));
  return { from: 0, to: Math.max(1, ...ends) };
}
