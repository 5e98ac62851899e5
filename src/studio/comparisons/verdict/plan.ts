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

/**
 * The plan that was kept, changed by what is asked for now.
 * @param kept null: of an earlier version, or runs that belong to no comparison
 */
export function planNow(
  problem: Judged,
  kept: VerdictPlan | null,
  asked: VerdictRequest = {},
): { readonly plan: VerdictPlan; readonly declared: boolean } {
  const before = kept ?? verdictPlan(problem);
  const plan = checked(problem, { ...before, ...asked });
  return { plan, declared: isDeepStrictEqual(plan, before) };
}

function checked({ metrics }: Judged, plan: VerdictPlan): VerdictPlan {
  if (metrics.some(({ name }) => name === plan.metric)) return plan;
  const known = metrics.map(({ name }) => name).join(', ');
  throw new AppError(
    'validation',
    `verdict.metric: there is no metric ${plan.metric}; choose among ${known}`,
    {
      path: 'verdict.metric',
    },
  );
}
