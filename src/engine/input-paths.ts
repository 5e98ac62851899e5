/** Paths of the user's files in what is asked: relative to where it was asked, until they are made absolute. */
import { valueAt, withValue, type JsonObject } from '../shared/config-path.ts';
import type { ExperimentRequest } from '../shared/experiment.ts';
import { isReference } from '../shared/reference.ts';
import type { RunSpec } from '../shared/run.ts';
import { findProblem } from './problems/registry.ts';

/** A config, or whatever else is asked, with the paths of the user's files absolute. */
export function withPaths(
  config: JsonObject,
  inputPaths: readonly string[] | undefined,
  absolute: (path: string) => string,
): JsonObject {
  return (inputPaths ?? []).reduce((sofar, path) => {
    const named = valueAt(sofar, path);
    return typeof named === 'string' ? withValue(sofar, path, absolute(named)) : sofar;
  }, config);
}

/** Absolute paths of the user's files and folders that a complete config names; what comes with the studio is none. */
export function inputFiles({ problem, config }: Pick<RunSpec, 'problem' | 'config'>): readonly string[] {
  const { inputPaths = [], artefactInputs = [] } = findProblem(problem);
  const keys = new Set([...inputPaths, ...artefactInputs.map(({ at }) => `${at}.path`)]);
  return [...keys].flatMap((key) => {
    const named = valueAt(config, key);
    return typeof named === 'string' && named !== '' && !isReference(named) ? [named] : [];
  });
}

/** A request with these paths absolute wherever it says some, and otherwise as it was asked. @param problem whose request it is */
export function absoluteRequest(
  problem: string,
  request: ExperimentRequest,
  absolute: (path: string) => string,
): ExperimentRequest {
  const { inputPaths = [] } = findProblem(problem);
  const made = (config: JsonObject) => ({ ...withPaths(config, inputPaths, absolute) });
  const { config, variants, sweep } = request;
  const swept = Object.entries(sweep ?? {}).map(([key, over]) =>
    Array.isArray(over) && inputPaths.includes(key)
      ? [key, over.map((value) => (typeof value === 'string' ? absolute(value) : value))]
      : [key, over],
  );
  return {
    ...request,
    config: made(config),
    ...(variants === undefined
      ? {}
      : { variants: variants.map((one) => ({ ...one, config: made(one.config) })) }),
    ...(sweep === undefined ? {} : { sweep: Object.fromEntries(swept) as typeof sweep }),
  };
}
