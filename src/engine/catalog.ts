/**
 * The engine as plain data: the one module of it that the studio imports. It describes problems and estimators and turns
 * what a person asked for into complete run specs; it never makes a tensor.
 */
import { AppError } from '../shared/errors.ts';
import type { EstimatorDescriptor, ProblemDescriptor } from '../shared/descriptor.ts';
import type { Digest, StoredTensor } from '../shared/safetensors.ts';
import { DEFAULT_PROBLEM } from './experiment.ts';
import { dataConfig } from './problems/config-sections.ts';
import { encodeArtefact } from './core/artefact.ts';
import { describeEstimator, estimators } from './estimators/registry.ts';
import { describeProblem, findProblem, parseConfig, problems } from './problems/registry.ts';
import { trainingCharts, trainingMetrics } from './training/metrics.ts';

export {
  choiceOf,
  contentIssues,
  experimentIssues,
  requestVariants,
  resolveExperiment,
  type Experiment,
} from './experiment.ts';
export { forkedRequest } from './fork.ts';
export type { Variant } from '../shared/variants.ts';

export { digestDiffers, type ArtefactReference } from './core/artefact.ts';

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

/** Name of the picture that a run has of its own; null: it has none, or is of a problem that this version does not know. */
export function viewOf(id: string, config: Readonly<Record<string, unknown>>): string | null {
  return problems.find((problem) => problem.id === id)?.view?.(config) ?? null;
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

/**
 * What other runs can start from, as the bytes of a file.
 * @throws AppError precondition if the problem makes no artefacts of such runs
 */
export function exportArtefact(
  id: string,
  config: Readonly<Record<string, unknown>>,
  parameters: readonly StoredTensor[],
  sha256: Digest,
): Uint8Array {
  const problem = findProblem(id);
  if (problem.artefact === undefined) {
    throw new AppError('precondition', `${id}: no other run builds on runs of this problem`);
  }
  return encodeArtefact(problem.artefact(parseConfig(problem, config), parameters), sha256);
}
