/**
 * The engine as plain data: the one module of it that the studio imports. It describes problems and estimators and turns
 * what a person asked for into complete run specs; it never makes a tensor.
 */
import { canTake, cannotTake, type ChoiceKind, type ChoiceType } from '../shared/choice.ts';
import { isObject, merge, valueAt, withValue, type JsonObject } from '../shared/config-path.ts';
import { counted } from '../shared/counted.ts';
import { AppError, type Issue } from '../shared/errors.ts';
import type {
  CapabilityDescriptor,
  EstimatorDescriptor,
  PresetDescriptor,
  ProblemDescriptor,
} from '../shared/descriptor.ts';
import { MOST_RUNS, type ExperimentRequest } from '../shared/experiment.ts';
import type { RunSpec } from '../shared/run.ts';
import { variantsOf, type Variant } from '../shared/variants.ts';
import { dataConfig } from './problems/config-sections.ts';
import type { EstimatorDefinition } from './core/estimator.ts';
import { nearest } from './core/nearest.ts';
import type { ProblemDefinition, TrainingConfig } from './core/problem.ts';
import { completeFurther, type FurtherEstimator } from './diagnostics/further-estimators.ts';
import { describeEstimator, estimators, findEstimator, parseSettings } from './estimators/registry.ts';
import { describeProblem, findCapability, findProblem, parseConfig, problems } from './problems/registry.ts';
import { trainingCharts, trainingMetrics } from './training/metrics.ts';

export { forkedRequest } from './fork.ts';
export type { Variant } from '../shared/variants.ts';

/** Where a request names none. */
const DEFAULT_PROBLEM = 'menu-auction';

/** Where a request names none; a continuous choice has nothing to relax. */
const DEFAULT_ESTIMATORS: Readonly<Record<ChoiceKind, readonly string[]>> = {
  categorical: ['st-gumbel-softmax'],
  bernoulli: ['st-gumbel-softmax'],
  continuous: ['reparam'],
  none: ['gradient'],
};

export { digestDiffers, type ArtefactReference } from './core/artefact.ts';

/** One variant of a comparison. */
export interface Experiment {
  readonly problem: string;
  readonly preset: string | null;
  /** Complete config, defaults filled in. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Steps of one run, all restarts together. */
  readonly steps: number;
  /** Bytes that one run needs at least. */
  readonly memory: number;
  /** The part of the config that problem and data follow from: where it is the same, data and reference lines are the same. */
  readonly dataConfig: Readonly<Record<string, unknown>>;
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
 * The variants of a request, those that its preset brings among them.
 * @throws AppError validation with the path `sweep` or `variants`; not-found with the path `problem`
 */
export function requestVariants(request: ExperimentRequest): readonly Variant[] {
  const presets = candidatesFor(request.problem).flatMap((problem) => problem.presets);
  return variantsOf(request, presets.find(({ id }) => id === request.preset)?.variants);
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
  const merged = absolutely(merge(preset?.config ?? {}, request.config), problem.inputPaths, absolute);
  const config = parseConfig(problem, merged);
  const choice = problem.choice(config);
  const ids = request.estimators ?? preset?.estimators ?? DEFAULT_ESTIMATORS[choice.kind];
  const seeds = request.seeds ?? preset?.seeds ?? [1];
  refuseRepeats('estimators', ids);
  refuseRepeats('seeds', seeds);
  refuseTooMany(ids, seeds);
  const selected = ids.map((id) => {
    const definition = findEstimator(id);
    refuseUnsupported(definition, choice);
    return { id, settings: parseSettings(definition, request.settings[id] ?? {}, choice.kind) };
  });
  const complete = withFurther(config, selected, choice);
  refuseUnused(request, ids);
  const plain = toRecord(complete);
  return {
    problem: problem.id,
    preset: preset?.id ?? null,
    config: plain,
    steps: config.steps * config.restarts,
    memory: problem.memory(config),
    dataConfig: dataConfig(problem, plain),
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
  const { inputPaths } = findCapability<(typeof list)[number]>(problem, list, kind, name);
  return absolutely(given, inputPaths, absolute);
}

function absolutely(
  given: JsonObject,
  paths: readonly string[] | undefined,
  absolute: (path: string) => string,
): JsonObject {
  return (paths ?? []).reduce((made, path) => {
    const named = valueAt(made, path);
    return typeof named === 'string' ? withValue(made, path, absolute(named)) : made;
  }, given);
}

/** Whether data and reference lines of two complete configs are the same. */
export function sameData(
  problem: string,
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
): boolean {
  const definition = findProblem(problem);
  const textOf = (config: typeof a) =>
    JSON.stringify(Object.entries(dataConfig(definition, config)).sort(([x], [y]) => (x < y ? -1 : 1)));
  return textOf(a) === textOf(b);
}

/** Config keys (dotted) of a problem that are references to artefacts, or null. */
export function artefactInputs(problem: string): readonly string[] {
  return findProblem(problem).artefactInputs ?? [];
}

/** The choice that a request's config makes, right or wrong as the rest of it may be; null where that cannot be told. */
export function choiceOf(request: ExperimentRequest): ChoiceType | null {
  try {
    const { problem, preset } = choose(request);
    return problem.choice(parseConfig(problem, merge(preset?.config ?? {}, request.config)));
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
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
  const config = collect(
    (path) => (path === '' ? 'config' : `config.${path}`),
    () => {
      const parsed = parseConfig(problem, merge(preset?.config ?? {}, request.config));
      withFurther(parsed, [], problem.choice(parsed));
      return parsed;
    },
  );
  // A config that is wrong has no choice yet: the estimators are held against that of the defaults.
  const choice = problem.choice(config ?? parseConfig(problem, {}));
  const ids = request.estimators ?? preset?.estimators ?? DEFAULT_ESTIMATORS[choice.kind];
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
      () => refuseUnsupported(definition, choice),
    );
    collect(
      (path) => path.replace(/^estimators/, 'settings'),
      () => parseSettings(definition, request.settings[id] ?? {}, choice.kind),
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
  choice: ChoiceType,
): TrainingConfig {
  if (config.diagnostics === null) return config;
  const estimators = completeFurther(config.diagnostics.estimators, comparison, choice);
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
function refuseUnsupported(definition: EstimatorDefinition, choice: ChoiceType): void {
  if (canTake(definition, choice)) return;
  const fitting = estimators.filter((estimator) => canTake(estimator, choice)).map(({ id }) => id);
  throw new AppError(
    'validation',
    `estimators: ${cannotTake(definition.id, definition, choice)}; choose among ${fitting.join(', ')}`,
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
  const candidates = candidatesFor(request.problem);
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

/** Problems that a preset may be of. One that several have is that of the default one, whatever other problems there are. */
function candidatesFor(problem: string | undefined): readonly ProblemDefinition[] {
  return problem === undefined ? [findProblem(DEFAULT_PROBLEM), ...problems] : [findProblem(problem)];
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
