/** What of a sweep's budget is spent. It follows from the stored runs alone, so that it is the same after a restart. */
import type { RunRecord } from '../../../shared/run.ts';
import { budgetNames, type SweepBudget } from '../../../shared/sweep/request.ts';

type Limit = keyof SweepBudget;

const spentOf: Readonly<Record<Limit, (run: RunRecord) => number>> = {
  runs: ({ startedAt }) => (startedAt === null ? 0 : 1),
  steps: ({ step, parent }) => step - (parent?.step ?? 0),
  evaluations: ({ evaluations }) => evaluations,
  minutes: ({ seconds }) => seconds / 60,
};

/** What all runs of the sweep together have used of a limit. */
function usedOf(limit: Limit, runs: readonly RunRecord[]): number {
  return runs.reduce((sum, run) => sum + spentOf[limit](run), 0);
}

/** The limit that is reached, and ends what trains as well; null: none is. The number of runs is for `beyondBudget`: those train on. */
export function reachedLimit(
  budget: SweepBudget,
  runs: readonly RunRecord[],
): { readonly limit: Limit; readonly amount: number } | null {
  for (const limit of budgetNames) {
    const amount = budget[limit];
    if (limit !== 'runs' && amount !== undefined && usedOf(limit, runs) >= amount) return { limit, amount };
  }
  return null;
}

/** Of runs that are about to wait, those that the number of runs leaves no room for. */
export function beyondBudget(
  budget: SweepBudget,
  runs: readonly RunRecord[],
  waiting: readonly RunRecord[],
): readonly RunRecord[] {
  if (budget.runs === undefined) return [];
  const fresh = waiting.filter(({ startedAt }) => startedAt === null);
  return fresh.slice(Math.max(0, budget.runs - usedOf('runs', runs)));
}
