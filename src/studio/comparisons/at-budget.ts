/**
 * Runs as they stood when they had spent a budget: the same steps, evaluations of f or seconds of training for all of them. An
 * estimator that takes ten samples a step is ahead at equal steps for what it pays ten times as much.
 */
import type { BudgetRequest, BudgetKind, SpentBudget } from '../../shared/contract/budget.ts';
import { SKIPPED_STEPS, type RunRecord } from '../../shared/run.ts';
import type { ReadableStore } from '../store/types.ts';

type Stored = Pick<ReadableStore, 'readSeries' | 'series'>;

export interface AtBudget {
  /** The same runs; completed ones with the values that they had then, others as they are. */
  readonly runs: readonly RunRecord[];
  /** Null: no run has completed, or one does not say what it spent. */
  readonly budget: SpentBudget | null;
}

/**
 * Values are those of the last stored points that cost no more than the budget, nothing is interpolated. A metric that is measured
 * at a run's end alone has a value only where the run ended by then: such a run has the complete evaluation of the parameters that it
 * keeps, the others the one that they had on the way.
 */
export function atBudget(
  store: Stored,
  runs: readonly RunRecord[],
  { kind, amount: asked }: BudgetRequest,
): AtBudget {
  const totals = new Map(
    runs.filter(({ state }) => state === 'completed').map((run) => [run.id, spentBy(run, kind)]),
  );
  if (totals.size === 0) return { runs, budget: null };
  const least = Math.min(...totals.values());
  if (least <= 0) return { runs, budget: null };
  const amount = asked ?? least;
  const endedBefore = [...totals.values()].filter((total) => total < amount).length;
  return {
    runs: runs.map((run) => {
      const total = totals.get(run.id);
      return total === undefined || total <= amount ? run : whenSpent(store, run, kind, amount);
    }),
    budget: { kind, amount, endedBefore },
  };
}

function spentBy(run: RunRecord, kind: BudgetKind): number {
  switch (kind) {
    case 'steps':
      return run.step - (run.metrics[SKIPPED_STEPS] ?? 0);
    case 'evaluations':
      return run.evaluations;
    case 'seconds':
      return run.seconds;
  }
}

function whenSpent(store: Stored, run: RunRecord, kind: BudgetKind, amount: number): RunRecord {
  const step = kind === 'steps' ? amount : lastStepWithin(store, run.id, kind, amount);
  const metrics = store.series(run.id).flatMap(({ name, firstStep }) => {
    if (firstStep > step) return [];
    const value = store.readSeries(run.id, name, { from: firstStep, to: Math.floor(step) }).values.at(-1);
    return value === undefined ? [] : [[name, Number.isFinite(value) ? value : null] as const];
  });
  return { ...run, metrics: Object.fromEntries(metrics) };
}

/** The last step whose stored cost is within the budget; 0 if the first one exceeds it. */
function lastStepWithin(
  store: Stored,
  run: string,
  kind: Exclude<BudgetKind, 'steps'>,
  amount: number,
): number {
  const { steps, values } = store.readSeries(run, kind);
  const place = values.findLastIndex((value) => value <= amount);
  return place < 0 ? 0 : steps[place]!;
}
