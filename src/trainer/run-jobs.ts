/** Jobs on what a run has come to. */
import type { EngineHost } from '../engine/core/engine-host.ts';
import type { ProblemInstance } from '../engine/core/problem.ts';
import type { NamedTensorData } from '../engine/training/checkpoint.ts';
import { encodeArtefact } from '../engine/core/artefact.ts';
import { findProblem, parseConfig } from '../engine/problems/registry.ts';
import { fold, rootKey } from '../engine/random/key.ts';
import { restore } from '../engine/training/checkpoint.ts';
import { AppError } from '../shared/errors.ts';
import type { JobResult, RunSource } from '../shared/jobs.ts';
import { checkedProblem } from './data-jobs.ts';
import { viewRunMenu } from './menu-job.ts';
import { readTrained, sha256 } from './run-folder.ts';
import type { JobHost } from './serve.ts';

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

/** @throws AppError `precondition` before the run's first checkpoint */
export function readRun({ id, folder }: RunSource) {
  const read = readTrained(folder);
  if (read.parameters.length > 0) return read;
  throw new AppError('precondition', `run ${id} has no parameters yet; its first checkpoint brings them`);
}

/**
 * A run's problem with the parameters that it was left with. A backend must be loaded.
 * @throws AppError if the data cannot be read, or are others than those of the run
 */
export async function restoredInstance(
  { spec }: RunSource,
  parameters: readonly NamedTensorData[],
  host: EngineHost,
): Promise<ProblemInstance> {
  const { problem, config } = checkedProblem(spec);
  const data = await problem.load(config, host);
  const instance = problem.create(config, data, fold(rootKey(spec.seed), 'init'));
  const stored = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  for (const [name, variable] of Object.entries(instance.parameters)) {
    const found = stored.get(name);
    if (found?.shape.join() !== variable.shape.join()) {
      throw new AppError(
        'validation',
        `parameter ${name}: expected shape [${variable.shape.join(', ')}], found ${found === undefined ? 'nothing' : `[${found.shape.join(', ')}]`}; the run's data may have changed since it was trained`,
      );
    }
    restore(variable, found);
  }
  return instance;
}
