/** What a run has come to, as a problem's capabilities get it. */
import { readFileSync, statSync } from 'node:fs';
import type { Trained, TrainedInstance } from '../engine/core/capabilities.ts';
import { restore, type NamedTensorData } from '../engine/core/named-tensor.ts';
import { decodeSafetensors } from '../engine/core/stored-tensor.ts';
import type { AnyProblemInstance, ProblemDefinition, TrainingConfig } from '../engine/core/problem.ts';
import { findProblem, parseConfig } from '../engine/problems/registry.ts';
import { fold, rootKey } from '../engine/random/key.ts';
import { sha256 } from '../node/digest.ts';
import { loopOf, tensorsOf, type TensorOwner } from '../shared/checkpoint.ts';
import { AppError } from '../shared/errors.ts';
import type { RunSource } from '../shared/jobs.ts';
import { checkMemory } from './data-jobs.ts';
import { parameterFile, readParameterFile } from '../node/run-folder.ts';
import type { JobHost } from './serve.ts';

interface TrainedRun {
  readonly problem: ProblemDefinition;
  /** Data and instance are made once, by the first call. */
  readonly trained: Trained<TrainingConfig>;
  /** Frees the tensors of the instance, where there is one. */
  free(): void;
}

/** @throws AppError `precondition` before the run's first checkpoint */
export function trainedRun<P>({ id, spec, step, folder }: RunSource, host: JobHost<P>): TrainedRun {
  const problem = findProblem(spec.problem);
  const config = parseConfig(problem, spec.config);
  const { parameters, outcome, metadata } = readTrained(folder);
  if (parameters.length === 0) {
    throw new AppError('precondition', `run ${id} has no parameters yet; wait for its first checkpoint`);
  }
  const data = once(() => {
    checkMemory(problem, config);
    return problem.load(config, host);
  });
  let made: AnyProblemInstance | undefined;
  return {
    problem,
    trained: {
      config,
      step: metadata['loop'] === undefined ? step : loopOf(metadata, folder, id).step,
      parameters,
      outcome,
      data,
      instance: once(async () => {
        const loaded = await data();
        await host.load('cpu');
        const instance = problem.create(config, loaded, fold(rootKey(spec.seed), 'init'));
        restoreAll(instance, parameters);
        made = instance;
        return instance;
      }),
    },
    free: () => made?.dispose(),
  };
}

/** What the first call makes, for all that follow; after a failure the next call tries again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return async () => {
    made ??= make();
    try {
      return await made;
    } catch (error) {
      made = undefined;
      throw error;
    }
  };
}

let kept: { readonly key: string; readonly found: TrainedRun } | undefined;

/**
 * As `trainedRun`, in a process that is asked one thing after the other: what was read stays until another run, or a later step
 * of this one, is asked about.
 */
export function keptRun<P>(run: RunSource, host: JobHost<P>): TrainedRun {
  const path = parameterFile(run.folder);
  const state = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  const key = JSON.stringify([run.id, run.spec, path, state?.mtimeMs, state?.size]);
  if (kept?.key === key) return kept.found;
  kept?.found.free();
  kept = undefined;
  const found = trainedRun(run, host);
  kept = { key, found };
  return found;
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

/** Both lists empty before the first checkpoint; the outcome also of a problem that keeps none. */
function readTrained(folder: string) {
  const { tensors, metadata } = readParameterFile(folder, (path) =>
    decodeSafetensors(readFileSync(path), path, sha256),
  ) ?? { tensors: [], metadata: {} };
  const under = (owner: TensorOwner): readonly NamedTensorData[] =>
    tensorsOf(owner, tensors).map(({ name, shape, data }) => ({
      name,
      shape,
      data: Float32Array.from(data),
    }));
  return { parameters: under('parameter'), outcome: under('outcome'), metadata };
}
