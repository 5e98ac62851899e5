/** What a run has come to, as a problem's capabilities get it. */
import type { Trained, TrainedInstance } from '../engine/core/capabilities.ts';
import { restore, type NamedTensorData } from '../engine/core/named-tensor.ts';
import type { ProblemDefinition, TrainingConfig } from '../engine/core/problem.ts';
import { findProblem, parseConfig } from '../engine/problems/registry.ts';
import { fold, rootKey } from '../engine/random/key.ts';
import { loopOf } from '../shared/checkpoint.ts';
import { AppError } from '../shared/errors.ts';
import type { RunSource } from '../shared/jobs.ts';
import { checkMemory } from './data-jobs.ts';
import { readTrained } from '../node/run-folder.ts';
import type { JobHost } from './serve.ts';

/** @throws AppError `precondition` before the run's first checkpoint */
export function trainedRun<P>(
  { id, spec, step, folder }: RunSource,
  host: JobHost<P>,
): { readonly problem: ProblemDefinition; readonly trained: Trained<TrainingConfig> } {
  const problem = findProblem(spec.problem);
  const config = parseConfig(problem, spec.config);
  const { parameters, outcome, metadata } = readTrained(folder);
  if (parameters.length === 0) {
    throw new AppError('precondition', `run ${id} has no parameters yet; its first checkpoint brings them`);
  }
  const data = async () => {
    checkMemory(problem, config);
    return problem.load(config, host);
  };
  return {
    problem,
    trained: {
      config,
      step: metadata['loop'] === undefined ? step : loopOf(metadata, folder).step,
      parameters,
      outcome,
      data,
      async instance() {
        const loaded = await data();
        await host.load('cpu');
        const instance = problem.create(config, loaded, fold(rootKey(spec.seed), 'init'));
        restoreAll(instance, parameters);
        return instance;
      },
    },
  };
}

function restoreAll(instance: TrainedInstance, parameters: readonly NamedTensorData[]): void {
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
}
