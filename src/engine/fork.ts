/** The request of a fork: what it leaves open is its parent's, and what it may not change is refused. */
import { merge } from '../shared/config-path.ts';
import { AppError, type Issue } from '../shared/errors.ts';
import type { ExperimentRequest } from '../shared/experiment.ts';
import { goesBy } from '../shared/descriptor.ts';
import type { RunSpec } from '../shared/run.ts';
import { trainingKeys } from './problems/config-sections.ts';
import type { TrainingConfig } from './core/problem.ts';
import { findProblem, parseConfig, problems } from './problems/registry.ts';

export interface ForkParent {
  readonly id: string;
  readonly spec: RunSpec;
  /** Where it stands: the first step of the fork. */
  readonly step: number;
}

/**
 * The same request without `from`: complete config, the parent's estimator and settings where none are asked for, its seed.
 * @throws AppError validation with an issue a field that a fork cannot have
 */
export function forkedRequest(request: ExperimentRequest, parent: ForkParent): ExperimentRequest {
  const { spec } = parent;
  const { name, backend } = request;
  const estimators = request.estimators ?? [spec.estimator];
  const inherited = estimators.includes(spec.estimator)
    ? { [spec.estimator]: merge(spec.settings, request.settings[spec.estimator] ?? {}) }
    : {};
  const forked = {
    ...(name === undefined ? {} : { name }),
    backend,
    problem: spec.problem,
    config: merge(spec.config, request.config),
    estimators,
    settings: { ...request.settings, ...inherited },
    seeds: [spec.seed],
  };
  const issues = [...fixedFields(request, parent), ...fixedConfig(forked.config, parent)];
  if (issues.length === 0) return forked;
  const [first] = issues;
  throw new AppError('validation', issues.map(({ path, message }) => `${path}: ${message}`).join('; '), {
    issues,
    ...(first === undefined ? {} : { path: first.path }),
  });
}

/** Whichever versions the two ids are of. */
function sameProblem(a: string, b: string): boolean {
  return a === b || problems.some((known) => goesBy(known, a) && goesBy(known, b));
}

function fixedFields({ problem, preset, seeds }: ExperimentRequest, { id, spec }: ForkParent): Issue[] {
  const issues: Issue[] = [];
  if (problem !== undefined && !sameProblem(problem, spec.problem)) {
    const message = `run ${id} is of ${spec.problem}, and a fork keeps the problem of its parent; leave the problem out`;
    issues.push({ path: 'problem', message });
  }
  if (preset !== undefined) {
    const message = `a fork begins with the config of run ${id}; leave the preset out and name what changes`;
    issues.push({ path: 'preset', message });
  }
  if (seeds !== undefined && (seeds.length !== 1 || seeds[0] !== spec.seed)) {
    const message = `a fork keeps the seed of its parent, ${spec.seed}; fork a run of another seed for that`;
    issues.push({ path: 'seeds', message });
  }
  return issues;
}

/** Empty where a config is not valid at all: that is said elsewhere. */
function fixedConfig(raw: Readonly<Record<string, unknown>>, { id, spec, step }: ForkParent): Issue[] {
  const problem = findProblem(spec.problem);
  let before: TrainingConfig;
  let config: TrainingConfig;
  try {
    before = parseConfig(problem, spec.config);
    config = parseConfig(problem, raw);
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
  const isTraining = trainingKeys(problem);
  const had = new Map<string, unknown>(Object.entries(before));
  const changed = Object.entries(config).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(had.get(key)),
  );
  const issues = changed.flatMap(([key]): Issue[] =>
    isTraining(key)
      ? []
      : [
          {
            path: `config.${key}`,
            message: `a fork keeps the problem and the data of its parent, ${JSON.stringify(had.get(key))} here; only choice and training can change`,
          },
        ],
  );
  const own = problem.forkIssue?.(before, config) ?? null;
  if (own !== null) issues.push({ path: `config.${own.path}`, message: own.message });
  const { steps, restarts } = config;
  const moved = steps !== before.steps || restarts !== before.restarts;
  if (restarts > 1 && moved) {
    const message = `expected 1, or steps and restarts as run ${id} has them (${before.steps} and ${before.restarts}): a fork continues from one set of parameters`;
    issues.push({ path: 'config.restarts', message });
  } else if (steps * restarts <= step) {
    const message = `run ${id} is at step ${step}; a fork of it needs more steps than that, over all restarts`;
    issues.push({ path: 'config.steps', message });
  }
  return issues;
}
