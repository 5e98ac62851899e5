/** A run's problem with the parameters that it was left with. */
import type { EngineHost } from '../engine/core/engine-host.ts';
import type { AnyProblemInstance } from '../engine/core/problem.ts';
import { findProblem, parseConfig } from '../engine/problems/registry.ts';
import { fold, rootKey } from '../engine/random/key.ts';
import { restore } from '../engine/core/named-tensor.ts';
import { AppError } from '../shared/errors.ts';
import type { TrainedRun } from '../shared/trainer-protocol.ts';
import { checkMemory } from './prepare-job.ts';

/**
 * A backend must be loaded.
 * @throws AppError if the data cannot be read, or are others than those of the run
 */
export async function restoredInstance(
  { spec, parameters }: TrainedRun,
  host: EngineHost,
): Promise<AnyProblemInstance> {
  const problem = findProblem(spec.problem);
  const config = parseConfig(problem, spec.config);
  checkMemory(problem, config);
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
