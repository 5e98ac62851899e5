/**
 * The engine as plain data: the one module of it that the studio imports. It describes problems and estimators and turns
 * what a person asked for into complete run specs; it never makes a tensor.
 */
import { z } from 'zod';
import { isObject } from '../shared/config-path.ts';
import {
  goesBy,
  type CapabilityDescriptor,
  type EstimatorDescriptor,
  type OpeDescriptor,
  type ProblemDescriptor,
} from '../shared/descriptor.ts';
import { validationError } from '../shared/errors.ts';
import { opePolicySchema, opeSettingsSchema } from '../shared/ope.ts';
import type { BackendName, RunSpec } from '../shared/run.ts';
import type { ArtefactInput } from './core/artefact.ts';
import { DEFAULT_PROBLEM } from './experiment.ts';
import { withPaths } from './input-paths.ts';
import { dataConfig } from './problems/config-sections.ts';
import { wholeLogSchema } from './off-policy/any-log.ts';
import { opeEstimators } from './off-policy/estimates/estimators.ts';
import { describeEstimator, estimators, findEstimator, parseSettings } from './estimators/registry.ts';
import { describeProblem, findCapability, findProblem, parseConfig, problems } from './problems/registry.ts';
import { trainingCharts, trainingMetrics } from './training/metrics.ts';
import { isStackable } from './training/stackable.ts';

export {
  DEFAULT_PROBLEM,
  choiceOf,
  contentIssues,
  experimentIssues,
  requestVariants,
  resolveExperiment,
  type Experiment,
  type FittedVariant,
} from './experiment.ts';
export { forkedRequest } from './fork.ts';
export { absoluteRequest, inputFiles } from './input-paths.ts';

export { digestDiffers, type ArtefactReference } from './core/artefact.ts';

/** The default problem first: forms begin with it, and an empty studio offers its presets. */
export function listProblems(): readonly ProblemDescriptor[] {
  const [first, others] = [
    [findProblem(DEFAULT_PROBLEM)],
    problems.filter(({ id }) => id !== DEFAULT_PROBLEM),
  ];
  return [...first, ...others].map(descriptorOf);
}

/** One of them; undefined: this version has none of that id. */
export function problemDescriptor(id: string | undefined): ProblemDescriptor | undefined {
  const problem = problems.find((known) => known.id === id);
  return problem === undefined ? undefined : descriptorOf(problem);
}

const descriptors = new WeakMap<(typeof problems)[number], ProblemDescriptor>();

/** Made once: the schemas of a config take a moment to make. */
function descriptorOf(problem: (typeof problems)[number]): ProblemDescriptor {
  const known = descriptors.get(problem);
  if (known !== undefined) return known;
  const described = describeProblem(problem);
  const descriptor = {
    ...described,
    metrics: [...described.metrics, ...trainingMetrics],
    charts: [...described.charts, ...trainingCharts],
  };
  descriptors.set(problem, descriptor);
  return descriptor;
}

/** What a problem is called now, whenever it was stored or written; an id that this version does not know stays as it is. */
export function currentProblem(id: string): string {
  return problems.find((known) => goesBy(known, id))?.id ?? id;
}

/** @throws AppError not-found, with the nearest id */
export function familyOf(estimator: string): EstimatorDescriptor['family'] {
  return findEstimator(estimator).family;
}

export function listEstimators(): readonly EstimatorDescriptor[] {
  return estimators.map(describeEstimator);
}

export function describeOpe(): OpeDescriptor {
  const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input' });
  const learners = problems.flatMap(({ id, policy }) => (policy === undefined ? [] : [id]));
  return {
    id: 'ope',
    log: schemaOf(wholeLogSchema),
    policy: z.toJSONSchema(opePolicySchema, {
      io: 'input',
      override: ({ jsonSchema }) => {
        if (jsonSchema['widget'] === 'run') jsonSchema['makers'] = learners;
      },
    }),
    // Estimators and their lambdas have a list of their own.
    settings: schemaOf(opeSettingsSchema.omit({ estimators: true, lambdas: true })),
    estimators: opeEstimators.map(({ name, label, help, shrinkage }) => ({
      ...{ name, label, help },
      lambda: shrinkage?.allowed ?? null,
    })),
  };
}

export interface KnownSolver extends CapabilityDescriptor {
  readonly problem: string;
  readonly needsData: boolean;
}

/** Solvers of all problems, without the schemas of `listProblems`, which take a moment to make. */
export function listSolvers(): readonly KnownSolver[] {
  return problems.flatMap(({ id: problem, solvers = [] }) =>
    solvers.map(({ name, label, help, needsData = true }) => ({ problem, name, label, help, needsData })),
  );
}

/** Names of all problems' exports, each once. */
export function exportNames(): readonly string[] {
  return [...new Set(problems.flatMap(({ exports = [] }) => exports.map(({ name }) => name)))];
}

/** Of the files of one of a problem's exports. */
export function exportExtension(problem: string, name: string): string {
  return findCapability(problem, findProblem(problem).exports, 'export', name).extension;
}

/** Pictures that a run has; none of a problem that this version does not know. */
export function picturesOf({
  problem: id,
  config,
}: Pick<RunSpec, 'problem' | 'config'>): readonly CapabilityDescriptor[] {
  const problem = problems.find((known) => goesBy(known, id));
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
  return withPaths(given, inputPaths, absolute);
}

/** @throws AppError validation with the path of each setting that the solver does not take, not-found without such a solver */
export function checkSettings(problem: string, solver: string, settings: unknown): void {
  const { solvers = [] } = findProblem(problem);
  const { settings: schema } = findCapability<(typeof solvers)[number]>(problem, solvers, 'solver', solver);
  const read = schema.safeParse(settings);
  if (!read.success) throw validationError(read.error, `settings of ${solver}`);
}

/** Whether its training depends on the temperature of the config. */
export function readsTemperature({ estimator, settings }: Pick<RunSpec, 'estimator' | 'settings'>): boolean {
  const definition = findEstimator(estimator);
  return definition.readsTemperature?.(parseSettings(definition, settings)) === true;
}

const BACKENDS_THAT_STACK: readonly BackendName[] = ['wasm', 'cpu'];

/**
 * Bytes of memory that each of several runs with this spec takes at least, where those that differ by their seed alone can be trained
 * together; null: they cannot.
 */
export function memoryTogether({
  problem: id,
  estimator: by,
  config: given,
  backend,
}: RunSpec): number | null {
  const problem = problems.find((known) => goesBy(known, id));
  const estimator = estimators.find((known) => known.id === by);
  const config = problem?.config.safeParse(given).data;
  if (problem === undefined || estimator === undefined || config === undefined) return null;
  if (!BACKENDS_THAT_STACK.includes(backend)) return null;
  return isStackable({ problem, estimator, config }) ? problem.memory(config) : null;
}

/** Whether runs with this complete config have a gap, by which an adaptive temperature cools. */
export function hasGap(problem: string, config: Readonly<Record<string, unknown>>): boolean {
  const definition = findProblem(problem);
  return definition.hasGap?.(parseConfig(definition, config)) !== false;
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
export function artefactInputs(problem: string): readonly ArtefactInput[] {
  return findProblem(problem).artefactInputs ?? [];
}
