/** What a verdict judges: what was fixed before the runs, and what somebody asks for afterwards. */
import { isDeepStrictEqual } from 'node:util';
import type { VerdictPlan, VerdictRequest } from '../../../shared/contract/verdict.ts';
import type { ProblemDescriptor } from '../../../shared/descriptor.ts';
import { AppError } from '../../../shared/errors.ts';

type Judged = Pick<ProblemDescriptor, 'metrics' | 'selectionMetric'>;

/**
 * What a comparison of this problem is judged by: the selection metric at the end, by the paired t test, unless asked otherwise.
 * @throws AppError `validation` if the problem has no such metric
 */
export function verdictPlan(problem: Judged, asked: VerdictRequest = {}): VerdictPlan {
  return checked(problem, { metric: problem.selectionMetric, step: null, test: 't', margin: null, ...asked });
}

export interface PlanNow {
  readonly plan: VerdictPlan;
  /** Whether it is the one that was fixed before the runs. */
  readonly declared: boolean;
  /** Metric of the plan that was kept, where the problem does not have it any more: it is judged as usual. */
  readonly missing: string | null;
}

/**
 * The plan that was kept, changed by what is asked for now. A margin is in units of its metric and does not outlive it.
 * @param kept null: of an earlier version, or runs that belong to no comparison
 * @throws AppError `validation` if the problem does not have the metric that is asked for
 */
export function planNow(problem: Judged, kept: VerdictPlan | null, asked: VerdictRequest = {}): PlanNow {
  const usual = verdictPlan(problem);
  const missing = kept === null || has(problem, kept.metric) ? null : kept.metric;
  const before = kept ?? usual;
  const metric = asked.metric ?? (missing === null ? before.metric : usual.metric);
  const margin = metric === before.metric ? before.margin : null;
  const plan = checked(problem, { ...before, metric, margin, ...asked });
  return { plan, declared: isDeepStrictEqual(plan, before), missing };
}

function has({ metrics }: Judged, metric: string): boolean {
  return metrics.some(({ name }) => name === metric);
}

function checked(problem: Judged, plan: VerdictPlan): VerdictPlan {
  if (has(problem, plan.metric)) return plan;
  const known = problem.metrics.map(({ name }) => name).join(', ');
  throw new AppError(
    'validation',
    `verdict.metric: there is no metric ${plan.metric}; choose among ${known}`,
    {
      path: 'verdict.metric',
    },
  );
}
