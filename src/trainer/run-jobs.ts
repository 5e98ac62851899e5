/** Jobs on what a run has come to. */
import { encodeArtefact } from '../engine/core/artefact.ts';
import { findProblem, parseConfig } from '../engine/problems/registry.ts';
import { AppError } from '../shared/errors.ts';
import type { JobResult, RunSource } from '../shared/jobs.ts';
import { viewRunMenu } from './menu-job.ts';
import { readTrained, sha256 } from './run-folder.ts';
import type { JobHost } from './serve.ts';
import { readRun, restoredInstance } from './trained.ts';

export async function picture(run: RunSource, host: JobHost): Promise<JobResult<'picture'>> {
  const problem = findProblem(run.spec.problem);
  if (problem.loadBuyers !== undefined) return viewRunMenu(run, host);
  const { parameters } = readRun(run);
  await host.load('cpu');
  const instance = await restoredInstance(run, parameters, host);
  if (instance.domain === undefined) {
    throw new AppError(
      'precondition',
      `${problem.id} has no picture of its own; its curves are all there is`,
    );
  }
  return instance.domain();
}

export async function makeArtefact({ id, spec, folder }: RunSource): Promise<JobResult<'artefact'>> {
  const problem = findProblem(spec.problem);
  if (problem.artefact === undefined) {
    throw new AppError('precondition', `${problem.id}: no other run builds on runs of this problem`);
  }
  const { parameters } = readTrained(folder);
  if (parameters.length === 0) {
    throw new AppError('precondition', `run ${id} has no parameters; it ended before its first checkpoint`);
  }
  const made = encodeArtefact(problem.artefact(parseConfig(problem, spec.config), parameters), sha256);
  return Promise.resolve(made);
}
