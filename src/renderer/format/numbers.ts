/** Numbers as the pages show them: those of src/shared, counts, speeds and times. */
import { nounFor } from '../../shared/counted.ts';
import { formatCount, twoDigits } from '../../shared/number-format.ts';
import type { RunState } from '../../shared/run.ts';

export { formatCount };
export { formatDuration, formatInterval, formatNumber, formatPercent } from '../../shared/number-format.ts';

/** `1 run`, `2 000 runs`. */
export function counted(count: number, one: string, many?: string): string {
  return `${formatCount(count)} ${nounFor(count, one, many)}`;
}

/** What a run's steps/s are. */
export function speedHelp(state: RunState): string {
  return state === 'running'
    ? 'Steps trained per second, over the last 3 seconds'
    : 'Steps trained divided by seconds of training, which runs that are trained together share';
}

/** Local time of today, or the date of another day. */
export function formatDay(milliseconds: number, now: number): string {
  const text = formatTime(milliseconds, now);
  return text.split(' ')[0] ?? text;
}

/** Local time; the date only where it is not today's. */
export function formatTime(milliseconds: number, now: number): string {
  const at = new Date(milliseconds);
  const clock = `${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`;
  if (new Date(now).toDateString() === at.toDateString()) return clock;
  return `${at.getFullYear()}-${twoDigits(at.getMonth() + 1)}-${twoDigits(at.getDate())} ${clock}`;
}
