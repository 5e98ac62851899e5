/** Numbers as the pages show them: those of src/shared, shares, durations and times. */
import { nounFor } from '../../shared/counted.ts';
import { formatCount } from '../../shared/number-format.ts';
import type { RunState } from '../../shared/run.ts';

export { formatCount };
export { formatInterval, formatNumber, formatPercent } from '../../shared/number-format.ts';

const THIN = '\u2009';

/** `1 run`, `2 000 runs`. */
export function counted(count: number, one: string, many?: string): string {
  return `${formatCount(count)} ${nounFor(count, one, many)}`;
}

/** What a run's steps/s are. */
export function speedHelp(state: RunState): string {
  return state === 'running'
    ? 'Steps trained a second, over the last 3 seconds'
    : 'Steps trained divided by seconds of training';
}

/** `42 s`, `3 min 05 s`, `2 h 10 min`, `4 d 3 h`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '\u2014';
  if (seconds < 10) return `${seconds.toFixed(1)}${THIN}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${THIN}s`;
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  if (minutes < 60) return `${minutes}${THIN}min ${pad(rest)}${THIN}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}${THIN}h ${pad(minutes % 60)}${THIN}min`;
  return `${Math.floor(hours / 24)}${THIN}d ${hours % 24}${THIN}h`;
}

/** Local time of today, or the date of another day. */
export function formatDay(milliseconds: number, now: number): string {
  const text = formatTime(milliseconds, now);
  return text.split(' ')[0] ?? text;
}

/** Local time; the date only where it is not today's. */
export function formatTime(milliseconds: number, now: number): string {
  const at = new Date(milliseconds);
  const clock = `${pad(at.getHours())}:${pad(at.getMinutes())}`;
  if (new Date(now).toDateString() === at.toDateString()) return clock;
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${clock}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
