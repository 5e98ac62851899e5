import type { RunSummary } from '../../shared/contract/run-summary.ts';
import { isFromElsewhere } from '../../shared/elsewhere.ts';
import { AppError } from '../../shared/errors.ts';
import type { ComparisonRecord, RunRecord } from '../../shared/run.ts';
import { sharersOf } from '../../shared/sharing.ts';
import type { ReadableStore } from '../store/types.ts';

/** A run without what only its own page needs. */
export function summarise(
  run: RunRecord,
  comparison: Pick<ComparisonRecord, 'name' | 'executor'> | undefined,
): RunSummary {
  const { spec } = run;
  return {
    id: run.id,
    comparison: run.comparison,
    comparisonName: comparison?.name ?? '',
    name: run.name,
    problem: spec.problem,
    estimator: spec.estimator,
    variant: run.variant,
    seed: spec.seed,
    backend: spec.backend,
    device: run.environment?.device ?? '',
    sharers: sharersOf(run),
    state: run.state,
    reason: run.reason,
    step: run.step,
    steps: run.steps,
    seconds: run.seconds,
    stepsPerSecond: run.stepsPerSecond,
    evaluations: run.evaluations,
    metrics: run.metrics,
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    tags: run.tags,
    archivedAt: run.archivedAt,
    alerts: run.alerts,
    elsewhere: isFromElsewhere(spec),
    executor: comparison?.executor?.kind ?? null,
  };
}

/** @throws AppError not-found */
export function summaryOf(store: ReadableStore, id: string): RunSummary {
  const run = store.run(id);
  if (run === undefined) throw new AppError('not-found', `there is no run ${id}`);
  return summarise(run, store.comparison(run.comparison));
}
