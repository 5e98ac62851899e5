/** What a run has come to. */
import type { EngineHost } from '../engine/core/engine-host.ts';
import { restore, type NamedTensorData } from '../engine/core/named-tensor.ts';
import type { ProblemInstance } from '../engine/core/problem.ts';
import { fold, rootKey } from '../engine/random/key.ts';
import { AppError } from '../shared/errors.ts';
import type { RunSource } from '../shared/jobs.ts';
import { checkedProblem } from './data-jobs.ts';
import { readTrained } from './run-folder.ts';

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
