/** A sweep in words. */
import type { Confirmation, SweepKeyResult, Trial } from '../../../shared/contract/sweep.ts';
import { counted } from '../../../shared/counted.ts';
import { plainInterval, plainNumber } from '../../../shared/number-format.ts';
import { pendingStates, type RunRecord } from '../../../shared/run.ts';
import { endedSentence } from '../../../shared/sweep/ending.ts';
import type { SweepPlan } from '../../../shared/sweep/request.ts';

interface Swept {
  readonly metricLabel: string;
  readonly trials: readonly Trial[];
  readonly best: Trial | null;
  readonly confirmation: Confirmation | null;
  readonly keys: readonly SweepKeyResult[];
  readonly plan: SweepPlan;
  readonly runs: readonly RunRecord[];
}

export function sweepSentence({ metricLabel, trials, best, confirmation, plan, runs }: Swept): string {
  const waiting = runs.filter(({ state }) => pendingStates.includes(state)).length;
  const failed = trials.filter(({ state }) => state === 'failed').length;
  return [
    best === null ? 'No trial has completed all its seeds yet.' : bestSentence(best, trials, metricLabel),
    confirmed(confirmation, best),
    endedSentence(runs),
    failed === 0 ? '' : `${counted(failed, 'trial')} failed and cannot be the best.`,
    waiting === 0 ? '' : `${counted(waiting, 'run')} ${waiting === 1 ? 'is' : 'are'} not done.`,
    plan.budget === null ? '' : `Budget: ${budgetText(plan.budget)}.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function bestSentence(best: Trial, trials: readonly Trial[], metricLabel: string): string {
  const tried = triedOf(trials);
  const value = best.value === null ? 'no value' : plainInterval(best.value.mean, best.value.halfWidth);
  return `Best setting: ${best.variant}${several(trials) ? ` with ${best.estimator}` : ''}: ${metricLabel} ${value} over ${counted(best.value?.n ?? 0, 'seed')}, chosen as the best of ${counted(tried, 'trial')}.`;
}

/** Those that a choice of the best was among: all that were trained at all. */
export function triedOf(trials: readonly Trial[]): number {
  return trials.filter(({ step, value }) => step > 0 || value !== null).length;
}

function several(trials: readonly Trial[]): boolean {
  return new Set(trials.map(({ estimator }) => estimator)).size > 1;
}

function confirmed(confirmation: Confirmation | null, best: Trial | null): string {
  if (confirmation === null)
    return best === null
      ? ''
      : 'The best of many is partly luck: "confirm" trains it on fresh seeds and shows what it is really worth.';
  const { value, standard, chosen, of, variant, pending } = confirmation;
  if (value === null) return pending > 0 ? 'It is being trained on fresh seeds.' : '';
  const which = best !== null && best.variant !== variant ? `${variant}: ` : '';
  const usual =
    standard === null
      ? ''
      : `; without the sweep's setting ${plainInterval(standard.mean, standard.halfWidth)} on ${counted(standard.n, 'fresh seed')}`;
  return `${which}${plainNumber(chosen)} in the sweep (chosen as the best of ${of}), ${plainInterval(value.mean, value.halfWidth)} on ${counted(value.n, 'fresh seed')}${usual}.`;
}

function budgetText(budget: NonNullable<SweepPlan['budget']>): string {
  return Object.entries(budget)
    .map(([limit, amount]) => (limit === 'evaluations' ? `${amount} evaluations of f` : `${amount} ${limit}`))
    .join(', ');
}
