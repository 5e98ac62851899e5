/** Seconds of training that several runs shared: those of runs which one trainer trained together (docs/adr/0024). */
import { counted } from './counted.ts';
import { plainNumber } from './number-format.ts';
import type { RunRecord } from './run.ts';

/**
 * Series of a run that shared its seconds: what of them is its own, each moment divided by the runs that were trained then. It tells what
 * `Environment.together` cannot: that others ended sooner, or that the run was resumed alone.
 */
export const OWN_SECONDS = 'ownSeconds';

/** Runs share alike where their numbers of sharers differ by less than this part: ends that are a moment apart make no difference. */
const ALIKE = 0.05;

type Sharer = Pick<RunRecord, 'environment' | 'metrics'>;

/** Runs that shared a second of its training on average, itself included; 1: it was alone. */
export function sharersOf({ environment, metrics }: Sharer): number {
  // Without the series: of earlier versions, or before its first point.
  return sharersIn(metrics['seconds'], metrics[OWN_SECONDS]) ?? environment?.together ?? 1;
}

/** @returns undefined where one of them is not known */
function sharersIn(seconds: number | null | undefined, own: number | null | undefined): number | undefined {
  if (typeof seconds !== 'number' || typeof own !== 'number' || own <= 0 || seconds < own) return undefined;
  return seconds / own;
}

export function areAlike(sharers: readonly number[]): boolean {
  return Math.max(...sharers) < Math.min(...sharers) * (1 + ALIKE);
}

/** `3`, `2.4`; numbers that are nearly whole are shown so. */
export function sharersText(sharers: number): string {
  const whole = Math.round(sharers);
  return areAlike([sharers, whole]) ? String(whole) : plainNumber(sharers, 2);
}

/** What goes with a run's seconds of training; empty where they are its own. */
export function sharedBy(sharers: number): string {
  const text = sharersText(sharers);
  if (text === '1') return '';
  const isWhole = Number.isInteger(Number(text));
  return isWhole ? ` (shared by ${counted(Number(text), 'run')})` : ` (shared by ${text} runs on average)`;
}
