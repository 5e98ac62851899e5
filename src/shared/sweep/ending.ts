/** How a sweep ends runs of its own accord: they are `stopped`, and what stopped them is told from their reason. */
import { counted } from '../counted.ts';
import type { SweepBudget } from './request.ts';

const HALVED = 'stopped by successive halving';
const SPENT = 'the budget of the sweep is spent';

export function halvedReason(step: number, rank: number, of: number): string {
  return `${HALVED} at step ${step}: ${ordinal(rank)} of ${of}`;
}

/** @param limit that is reached */
export function spentReason(limit: keyof SweepBudget, amount: number): string {
  const words = {
    runs: counted(amount, 'run'),
    steps: counted(amount, 'step'),
    evaluations: `${amount} evaluations of f`,
    minutes: `${amount} ${amount === 1 ? 'minute' : 'minutes'} of training`,
  };
  return `${SPENT}: ${words[limit]}`;
}

interface Ended {
  readonly state: string;
  readonly reason: string;
}

/** What of its sweep ended a run; null: nothing did. */
export function endedBySweep({ state, reason }: Ended): 'halving' | 'budget' | null {
  if (state !== 'stopped') return null;
  if (reason.startsWith(HALVED)) return 'halving';
  return reason.startsWith(SPENT) ? 'budget' : null;
}

/** What became of runs that a sweep ended, in words; empty where it ended none. */
export function endedSentence(runs: readonly Ended[]): string {
  const by = (cause: string) => runs.filter((run) => endedBySweep(run) === cause).length;
  const parts = [
    [by('halving'), 'stopped early by successive halving'] as const,
    [by('budget'), 'ended, or never started, because the budget of the sweep was spent'] as const,
  ].flatMap(([count, what]) =>
    count === 0 ? [] : [`${counted(count, 'run')} ${count === 1 ? 'was' : 'were'} ${what}`],
  );
  if (parts.length === 0) return '';
  return `${parts.join('; ')}: not counted as failed, nor in any mean.`;
}

function ordinal(place: number): string {
  const teens = place % 100 > 10 && place % 100 < 14;
  return `${place}${teens ? 'th' : (['th', 'st', 'nd', 'rd'][place % 10] ?? 'th')}`;
}
