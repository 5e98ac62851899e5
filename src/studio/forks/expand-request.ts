/** Requests that name a parent, made ones that do not. */
import { forkedRequest } from '../../engine/catalog.ts';
import { AppError } from '../../shared/errors.ts';
import type { ExperimentRequest } from '../../shared/experiment.ts';
import type { RunRecord } from '../../shared/run.ts';
import type { ReadableStore } from '../store/types.ts';
import { forkStep } from './fork-point.ts';

export interface ExpandedRequest {
  /** Without `from`. */
  readonly request: ExperimentRequest;
  /** The run that its runs are forks of, and where it stands; null: they begin at step 0. */
  readonly parent: { readonly run: RunRecord; readonly step: number } | null;
}

/**
 * @param standsAt step at which forks of a run begin
 * @throws AppError not-found, precondition or validation, with the path of the field
 */
export function expandRequest(
  { store, dataDir }: { readonly store: ReadableStore; readonly dataDir: string },
  request: ExperimentRequest,
  standsAt: (run: RunRecord) => number = (run) => forkStep(dataDir, run),
): ExpandedRequest {
  if (request.from === undefined) return { request, parent: null };
  const run = store.run(request.from);
  if (run === undefined) {
    throw new AppError('not-found', `there is no run ${request.from} to fork; it may have been deleted`, {
      path: 'from',
    });
  }
  const step = standsAt(run);
  return { request: forkedRequest(request, { id: run.id, spec: run.spec, step }), parent: { run, step } };
}
