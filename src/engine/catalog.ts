/**
 * The engine as plain data: the one module of it that the studio imports. It describes problems and estimators and turns
 * what a person asked for into complete run specs; it never makes a tensor.
 */
import { isObject, merge } from '../shared/config-path.ts';
import { counted } from '../shared/counted.ts';
import { AppError, type Issue } from '../shared/errors.ts';
import type {
  CapabilityDescriptor,
  ChoiceKind,
  EstimatorDescriptor,
  PresetDescriptor,
  ProblemDescriptor,
} from '../shared/descriptor.ts';
import { MOST_RUNS, type ExperimentRequest } from '../shared/experiment.ts';
import type { RunSpec } from '../shared/run.ts';
import type { EstimatorDefinition } from './core/estimator.ts';
import { nearest } from './core/nearest.ts';
import type { ProblemDefinition, TrainingConfig } from './core/problem.ts';
import { completeFurther, type FurtherEstimator } from './diagnostics/further-estimators.ts';
import { describeEstimator, estimators, findEstimator, parseSettings } from './estimators/registry.ts';
import { describeProblem, findCapability, findProblem, parseConfig, problems } from './problems/registry.ts';
import { trainingCharts, trainingMetrics } from './training/metrics.ts';

export { forkedRequest } from './fork.ts';

/** Where a request names none. */
const DEFAULT_PROBLEM = 'menu-auction';

/** Where a request names none; a continuous choice has nothing to relax. */
const DEFAULT_ESTIMATORS: Readonly<Record<ChoiceKind, readonly string[]>> = {
  categorical: ['st-gumbel-softmax'],
  bernoulli: ['st-gumbel-softmax'],
  continuous: ['reparam'],
};

export { digestDiffers, type ArtefactReference } from './core/artefact.ts';

export interface Experiment {
  readonly problem: string;
  readonly preset: string | null;
  /** Complete config, defaults filled in. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Steps of one run, all restarts together. */
  readonly steps: number;
  /** Bytes that one run needs at least. */
  readonly memory: number;
  readonly runs: readonly Omit<RunSpec, 'backend'>[];
}

/** The default problem first: forms begin with it, and an empty studio offers its presets. */
export function listProblems(): readonly ProblemDescriptor[] {
  const [first, others] = [
    [findProblem(DEFAULT_PROBLEM)],
    problems.filter(({ id }) => id !== DEFAULT_PROBLEM),
  ];
  return [...first, ...others].map((problem) => {
    const descriptor = describeProblem(problem);
    return {
      ...descriptor,
      metrics: [...descriptor.metrics, ...trainingMetrics],
      charts: [...descriptor.charts, ...trainingCharts],
    };
  });
}

export function listEstimators(): readonly EstimatorDescriptor[] {
  return estimators.map(describeEstimator);
}

/**
 * @param absolute makes a path of the user's absolute (it may be relative to where the request was made)
 * @throws AppError that names the field and what would be right
 */
export function resolveExperiment(
  request: ExperimentRequest,
  absolute: (path: string) => string,
): Experiment {
  const { problem, preset } = choose(request);
  const merged = merge(preset?.config ?? {}, request.config);
  for (const path of problem.inputPaths ?? []) replaceAt(merged, path.split('.'), absolute);
  const config = parseConfig(problem, merged);
  const ids = request.estimators ?? preset?.estimators ?? DEFAULT_ESTIMATORS[problem.choice];
  const seeds = request.seeds ?? preset?.seeds ?? [1];
  refuseRepeats('estimators', ids);
  refuseRepeats('seeds', seeds);
  refuseTooMany(ids, seeds);
  const selected = ids.map((id) => {
    const definition = findEstimator(id);
    refuseUnsupported(problem, definition);
    return { id, settings: parseSettings(definition, request.settings[id] ?? {}, problem.choice) };
  });
  const complete = withFurther(config, selected, problem);
  refuseUnused(request, ids);
  const plain = toRecord(complete);
  return {
    problem: problem.id,
    preset: preset?.id ?? null,
    config: plain,
    steps: config.steps * config.restarts,
    memory: problem.memory(config),
    runs: selected.flatMap(({ id, settings }) =>
      seeds.map((seed) => ({
        problem: problem.id,
        config: plain,
        estimator: id,
        settings: toRecord(settings),
        seed,
      })),
    ),
  };
}

/** Pictures that a run has; none of a problem that this version does not know. */
export function picturesOf({
  problem: id,
  config,
}: Pick<RunSpec, 'problem' | 'config'>): readonly CapabilityDescriptor[] {
  const problem = problems.find((known) => known.id === id);
  const pictures = problem?.pictures ?? [];
  const complete = problem?.config.safeParse(config).data;
  return pictures
    .filter(({ shows }) => shows === undefined || (complete !== undefined && shows(complete)))
    .map(({ name, label, help }) => ({ name, label, help }));
}

/** The input of a question, or the settings of a solver, with the paths that they name made absolute. */
export function withAbsolutePaths(
  problem: string,
  kind: 'question' | 'solver',
  name: string,
  given: unknown,
  absolute: (path: string) => string,
): unknown {
  if (!isObject(given)) return given;
  const { questions = [], solvers = [] } = findProblem(problem);
  const list = kind === 'question' ? questions : solvers;
  const { inputPaths = [] } = findCapability<(typeof list)[number]>(problem, list, kind, name);
  const made = { ...given };
  for (const path of inputPaths) replaceAt(made, path.split('.'), absolute);
  return made;
}

/** Config keys (dotted) of a problem that are references to artefacts, or null. */
export function artefactInputs(problem: string): readonly string[] {
  return findProblem(problem).artefactInputs ?? [];
}

/** All that is wrong with a request, each with a path that begins with the request's key; empty if nothing is. */
export function experimentIssues(request: ExperimentRequest): readonly Issue[] {
  const issues: Issue[] = [];
  const collect = <T>(located: (path: string) => string, attempt: () => T): T | undefined => {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const own =
        error.issues.length > 0 ? error.issues : [{ path: error.path ?? '', message: error.message }];
      issues.push(...own.map(({ path, message }) => ({ path: located(path), message })));
      return undefined;
    }
  };
  const chosen = collect(
    (path) => path,
    () => choose(request),
  );
  if (chosen === undefined) return issues;
  const { problem, preset } = chosen;
  collect(
    (path) => (path === '' ? 'config' : `config.${path}`),
    () => withFurther(parseConfig(problem, merge(preset?.config ?? {}, request.config)), [], problem),
  );
  const ids = request.estimators ?? preset?.estimators ?? DEFAULT_ESTIMATORS[problem.choice];
  collect(
    () => 'estimators',
    () => refuseRepeats('estimators', ids),
  );
  collect(
    () => 'seeds',
    () => refuseRepeats('seeds', request.seeds ?? []),
  );
  collect(
    () => 'seeds',
    () => refuseTooMany(ids, request.seeds ?? preset?.seeds ?? [1]),
  );
  for (const id of new Set(ids)) {
    const definition = collect(
      () => 'estimators',
      () => findEstimator(id),
    );
    if (definition === undefined) continue;
    collect(
      () => 'estimators',
      () => refuseUnsupported(problem, definition),
    );
    collect(
      (path) => path.replace(/^estimators/, 'settings'),
      () => parseSettings(definition, request.settings[id] ?? {}, problem.choice),
    );
  }
  collect(
    (path) => path.replace(/^estimators/, 'settings'),
    () => refuseUnused(request, ids),
  );
  return issues;
}

/** The config with the estimators that diagnostics measure besides, by id and complete settings. */
function withFurther(
  config: TrainingConfig,
  comparison: readonly FurtherEstimator[],
  problem: ProblemDefinition,
): TrainingConfig {
  if (config.diagnostics === null) return config;
  const estimators = completeFurther(config.diagnostics.estimators, comparison, problem.choice);
  return { ...config, diagnostics: { ...config.diagnostics, estimators } };
}

/** What no schema can say of a complete config, e.g. of the formula in it; empty if nothing is wrong. */
export async function contentIssues({ problem, config }: Experiment): Promise<readonly Issue[]> {
  const definition = findProblem(problem);
  try {
    await definition.check?.(parseConfig(definition, config));
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [{ path: ['config', error.path].filter(Boolean).join('.'), message: error.message }];
  }
}

/** An estimator for another kind of choice would fail at its first step. */
function refuseUnsupported(problem: ProblemDefinition, { id, supports }: EstimatorDefinition): void {
  if (supports.includes(problem.choice)) return;
  const fitting = estimators.filter((estimator) => estimator.supports.includes(problem.choice));
  throw new AppError(
    'validation',
    `estimators: ${id} takes ${supports.join(' or ')} choices, and that of ${problem.id} is ${problem.choice}; choose among ${fitting.map((estimator) => estimator.id).join(', ')}`,
    { path: 'estimators' },
  );
}

function refuseUnused(request: ExperimentRequest, ids: readonly string[]): void {
  const unused = Object.keys(request.settings).find((id) => !ids.includes(id));
  if (unused === undefined) return;
  const path = `estimators.${unused}`;
  throw new AppError('validation', `${path}: settings for an estimator that is not among ${ids.join(', ')}`, {
    path,
  });
}

function choose(request: ExperimentRequest): {
  problem: ProblemDefinition;
  preset: PresetDescriptor | undefined;
} {
  if (request.preset === undefined) {
    return { problem: findProblem(request.problem ?? DEFAULT_PROBLEM), preset: undefined };
  }
  // A preset that several problems have is that of the default one, whatever other problems there are.
  const candidates =
    request.problem === undefined
      ? [findProblem(DEFAULT_PROBLEM), ...problems]
      : [findProblem(request.problem)];
  for (const problem of candidates) {
    const preset = problem.presets.find(({ id }) => id === request.preset);
    if (preset !== undefined) return { problem, preset };
  }
  const known = [...new Set(candidates.flatMap((problem) => problem.presets.map(({ id }) => id)))];
  throw new AppError(
    'not-found',
    `preset "${request.preset}" does not exist; did you mean "${nearest(request.preset, known)}"? Known: ${known.join(', ')}`,
    { path: 'preset' },
  );
}

/** Replaces the text at a key path, if there is one. */
function replaceAt(
  target: Record<string, unknown>,
  path: readonly string[],
  replace: (text: string) => string,
): void {
  const [head = '', ...rest] = path;
  const value = target[head];
  if (rest.length > 0) {
    if (isObject(value)) {
      const copy = { ...value };
      target[head] = copy;
      replaceAt(copy, rest, replace);
    }
  } else if (typeof value === 'string') {
    target[head] = replace(value);
  }
}

function toRecord(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

/** Counted before any run is made of them. */
function refuseTooMany(ids: readonly string[], seeds: readonly number[]): void {
  const count = ids.length * seeds.length;
  if (count <= MOST_RUNS) return;
  const message = `seeds: ${counted(ids.length, 'estimator')} with ${counted(seeds.length, 'seed')} are ${counted(count, 'run')}; ${MOST_RUNS} at most, so take fewer seeds`;
  throw new AppError('validation', message, { path: 'seeds' });
}

function refuseRepeats(field: string, values: readonly (string | number)[]): void {
  const repeated = values.find((value, i) => values.indexOf(value) !== i);
  if (repeated !== undefined) {
    throw new AppError('validation', `${field}: ${repeated} is given twice; give each once`, { path: field });
  }
}
