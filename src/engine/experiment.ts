/** What a person asked for as complete run specs, or all that is wrong with it. One walk answers both. */
import { canTake, cannotTake, type ChoiceKind, type ChoiceType } from '../shared/choice.ts';
import { isObject, merge, type JsonObject } from '../shared/config-path.ts';
import { counted } from '../shared/counted.ts';
import type { PresetDescriptor } from '../shared/descriptor.ts';
import { AppError, type Issue } from '../shared/errors.ts';
import { MOST_RUNS, type ExperimentRequest } from '../shared/experiment.ts';
import type { RunSpec } from '../shared/run.ts';
import { variantsOf, type Variant } from '../shared/variants.ts';
import type { EstimatorDefinition } from './core/estimator.ts';
import { nearest } from './core/nearest.ts';
import type { ProblemDefinition, TrainingConfig } from './core/problem.ts';
import { completeFurther, type FurtherEstimator } from './diagnostics/further-estimators.ts';
import { estimators, findEstimator, parseSettings } from './estimators/registry.ts';
import { withPaths } from './input-paths.ts';
import { dataConfig } from './problems/config-sections.ts';
import { findProblem, parseConfig, problems } from './problems/registry.ts';
/** Where a request names none. */
export const DEFAULT_PROBLEM = 'menu-auction';

/** Where a request names none; a continuous choice has nothing to relax. */
const DEFAULT_ESTIMATORS: Readonly<Record<ChoiceKind, readonly string[]>> = {
  categorical: ['st-gumbel-softmax'],
  bernoulli: ['st-gumbel-softmax'],
  continuous: ['reparam'],
  none: ['gradient'],
};

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

/** Something that is wrong: as a host is thrown it, and where in the request it is. */
interface Fault {
  readonly error: AppError;
  readonly issues: readonly Issue[];
}

interface Examined {
  readonly faults: readonly Fault[];
  /** Null: there are faults. */
  readonly experiment: Experiment | null;
}

/** A variant with the estimators of the comparison that can take its choice. */
export interface FittedVariant extends Variant {
  /** Those that cannot, and that another variant's choice is for. */
  readonly leftOut: readonly string[];
}

/**
 * The variants of a request, those that its preset brings among them. Where their choices differ, each has the estimators that
 * can take its own; one that no variant could take stays, and is refused where the variant is resolved.
 * @throws AppError validation with the path `sweep` or `variants`; not-found with the path `problem`
 */
export function requestVariants(request: ExperimentRequest): readonly FittedVariant[] {
  const [preset] = candidatesFor(request.problem).flatMap((problem) => presetOf(problem, request) ?? []);
  const variants = variantsOf(request, preset?.variants);
  const ids = request.estimators ?? preset?.estimators;
  // The estimator of a fork is its parent's, which it has taken before.
  if (ids === undefined || variants.length === 1 || request.from !== undefined) {
    return variants.map((variant) => ({ ...variant, leftOut: [] }));
  }
  const choices = variants.map((variant) => choiceOf(variant.request));
  const takes = (id: string, choice: ChoiceType | null) => {
    const definition = estimators.find((known) => known.id === id);
    return definition === undefined || choice === null || canTake(definition, choice);
  };
  const usable = new Set(ids.filter((id) => choices.some((choice) => takes(id, choice))));
  return variants.map((variant, i) => {
    const leftOut = ids.filter((id) => usable.has(id) && !takes(id, choices[i]!));
    const taken = ids.filter((id) => !leftOut.includes(id));
    // Without any the variant is refused, by the sentence on the first.
    if (leftOut.length === 0 || taken.length === 0) return { ...variant, leftOut: [] };
    const settings = Object.entries(variant.request.settings).filter(([id]) => !leftOut.includes(id));
    return {
      ...variant,
      leftOut,
      request: { ...variant.request, estimators: taken, settings: Object.fromEntries(settings) },
    };
  });
}

/**
 * @param absolute makes a path of the user's absolute (it may be relative to where the request was made)
 * @throws AppError that names the field and what would be right
 */
export function resolveExperiment(
  request: ExperimentRequest,
  absolute: (path: string) => string,
): Experiment {
  const { faults, experiment } = examine(request, absolute);
  if (experiment !== null) return experiment;
  throw faults[0]!.error;
}

/** All that is wrong with a request, each with a path that begins with the request's key; empty if nothing is. */
export function experimentIssues(request: ExperimentRequest): readonly Issue[] {
  return examine(request, (path) => path).faults.flatMap(({ issues }) => issues);
}

/** The choice that the config of a request for one experiment makes, right or wrong as the rest may be; null: it cannot be told. */
export function choiceOf(request: ExperimentRequest): ChoiceType | null {
  try {
    const { problem, preset } = choose(request);
    return problem.choice(parseConfig(problem, askedConfig(problem, preset, request)));
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

function examine(request: ExperimentRequest, absolute: (path: string) => string): Examined {
  const faults: Fault[] = [];
  /** @param located where a fault at a path of the config, or of an estimator's settings, is in the request */
  const attempt = <T>(located: (path: string) => string, make: () => T): T | undefined => {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { path = '', message } = error;
      const own = error.issues.length > 0 ? error.issues : [{ path, message }];
      faults.push({ error, issues: own.map((issue) => ({ ...issue, path: located(issue.path) })) });
      return undefined;
    }
  };
  const chosen = attempt(
    (path) => path,
    () => choose(request),
  );
  if (chosen === undefined) return { faults, experiment: null };
  const { problem, preset } = chosen;
  const config = attempt(inConfig, () =>
    parseConfig(problem, withPaths(askedConfig(problem, preset, request), problem.inputPaths, absolute)),
  );
  const choice = config === undefined ? undefined : attempt(inConfig, () => problem.choice(config));
  // A config that is wrong has no choice yet: the estimators are held against that of the defaults.
  const taken = choice ?? problem.choice(parseConfig(problem, {}));
  const ids = request.estimators ?? preset?.estimators ?? DEFAULT_ESTIMATORS[taken.kind];
  const seeds = request.seeds ?? preset?.seeds ?? [1];
  attempt(inEstimators, () => refuseRepeats('estimators', ids));
  attempt(inSeeds, () => refuseRepeats('seeds', seeds));
  attempt(inSeeds, () => refuseTooMany(ids, seeds));
  const selected = [...new Set(ids)].flatMap((id): FurtherEstimator[] => {
    const definition = attempt(inEstimators, () => findEstimator(id));
    if (definition === undefined) return [];
    attempt(inEstimators, () => refuseUnsupported(definition, taken));
    const settings = attempt(inSettings, () =>
      parseSettings(definition, request.settings[id] ?? {}, taken.kind),
    );
    return settings === undefined ? [] : [{ id, settings }];
  });
  const complete =
    config === undefined ? undefined : attempt(inConfig, () => withFurther(config, selected, taken));
  attempt(inSettings, () => refuseUnused(request, ids));
  if (complete === undefined || faults.length > 0) return { faults, experiment: null };
  const plain: JsonObject = { ...complete };
  const { steps, restarts } = complete;
  const experiment: Experiment = {
    problem: problem.id,
    preset: preset?.id ?? null,
    config: plain,
    steps: steps * restarts,
    memory: problem.memory(complete),
    dataConfig: dataConfig(problem, plain),
    runs: selected.flatMap(({ id, settings }) =>
      seeds.map((seed) => ({ problem: problem.id, config: plain, estimator: id, settings, seed })),
    ),
  };
  return { faults, experiment };
}

/** What a request says over its preset. Of a part that neither gives a kind, its keys are those of the default kind. */
function askedConfig(
  problem: ProblemDefinition,
  preset: PresetDescriptor | undefined,
  { config }: ExperimentRequest,
): JsonObject {
  const base = preset?.config ?? {};
  const defaults: JsonObject = { ...parseConfig(problem, {}) };
  const ofDefaultKind = Object.entries(config).flatMap(([key, value]) => {
    const part = defaults[key];
    const isOne = isObject(part) && part['kind'] !== undefined && base[key] === undefined;
    return isOne && isObject(value) && value['kind'] === undefined ? [[key, part] as const] : [];
  });
  return merge({ ...base, ...Object.fromEntries(ofDefaultKind) }, config);
}

const inEstimators = () => 'estimators';
const inSeeds = () => 'seeds';
const inConfig = (path: string) => (path === '' ? 'config' : `config.${path}`);
const inSettings = (path: string) => path.replace(/^estimators/, 'settings');

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
    const preset = presetOf(problem, request);
    if (preset !== undefined) return { problem, preset };
  }
  const known = [...new Set(candidates.flatMap((problem) => problem.presets.map(({ id }) => id)))];
  throw new AppError(
    'not-found',
    `preset "${request.preset}" does not exist; did you mean "${nearest(request.preset, known)}"? Known: ${known.join(', ')}`,
    { path: 'preset' },
  );
}

/** By its id, or, where the problem is named, by the end of it: `smoke` for `two-tower-smoke`. */
function presetOf(
  { presets }: ProblemDefinition,
  { preset, problem }: ExperimentRequest,
): PresetDescriptor | undefined {
  const byId = presets.find(({ id }) => id === preset);
  if (byId !== undefined || problem === undefined) return byId;
  const [byEnd, another] = presets.filter(({ id }) => id.endsWith(`-${preset}`));
  return another === undefined ? byEnd : undefined;
}

/** Problems that a preset may be of. One that several have is that of the default one, whatever other problems there are. */
function candidatesFor(problem: string | undefined): readonly ProblemDefinition[] {
  return problem === undefined ? [findProblem(DEFAULT_PROBLEM), ...problems] : [findProblem(problem)];
}

/** Counted before any run is made of them. */
function refuseTooMany(ids: readonly string[], seeds: readonly number[]): void {
  const count = ids.length * seeds.length;
  if (count <= MOST_RUNS) return;
  const message = `seeds: ${counted(ids.length, 'estimator')} with ${counted(seeds.length, 'seed')} make ${counted(count, 'run')}, but at most ${MOST_RUNS} are allowed; use fewer seeds`;
  throw new AppError('validation', message, { path: 'seeds' });
}

function refuseRepeats(field: string, values: readonly (string | number)[]): void {
  const repeated = values.find((value, i) => values.indexOf(value) !== i);
  if (repeated !== undefined) {
    throw new AppError('validation', `${field}: ${repeated} is given twice; give each once`, { path: field });
  }
}
