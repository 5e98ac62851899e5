/** The problems the studio knows: forms, the command line, docs and the conformance suite iterate over this list. */
import { z } from 'zod';
import type { ProblemDescriptor } from '../../shared/descriptor.ts';
import { AppError, validationError } from '../../shared/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { ProblemDefinition, TrainingConfig } from '../core/problem.ts';
import { explained } from '../core/config-errors.ts';
import { withEstimatorList } from './training-config.ts';
import { bundleFlow } from './bundle-flow/bundle-flow.ts';
import { menuAuction } from './menu-auction/menu-auction.ts';
import { regretnet } from './regretnet/regretnet.ts';
import { toyBernoulli } from './toy-bernoulli/toy-bernoulli.ts';
import { toyCategorical } from './toy-categorical/toy-categorical.ts';
import { toyGaussian } from './toy-gaussian/toy-gaussian.ts';

/** Alphabetical by id. */
export const problems: readonly ProblemDefinition[] = [
  bundleFlow,
  menuAuction,
  regretnet,
  toyBernoulli,
  toyCategorical,
  toyGaussian,
];

/** @throws AppError not-found, with the nearest id */
export function findProblem(id: string): ProblemDefinition {
  const found = problems.find((problem) => problem.id === id);
  if (found !== undefined) return found;
  const ids = problems.map((problem) => problem.id);
  throw new AppError(
    'not-found',
    `problem "${id}" does not exist; did you mean "${nearest(id, ids)}"? Known: ${ids.join(', ')}`,
    { path: 'problem' },
  );
}

/**
 * Complete config, defaults filled in.
 * @throws AppError validation, with the path of the first offending key
 */
export function parseConfig(problem: ProblemDefinition, given: unknown): TrainingConfig {
  const raw = withEstimatorList(given);
  const parsed = problem.config.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issues = explained(parsed.error.issues, configSchema(problem), raw);
  throw validationError(new z.ZodError(issues), `Config of ${problem.label}`);
}

/** What forms, the command line and docs know of a problem. */
export function describeProblem(problem: ProblemDefinition): ProblemDescriptor {
  const { id, label, summary, direction, metrics, charts, baselines, presets, selectionMetric } = problem;
  const { references, help, valueMetric, hardTrainMetric, exact } = problem;
  return {
    id,
    label,
    summary,
    direction,
    choice: problem.choice(parseConfig(problem, {})),
    metrics,
    charts,
    baselines,
    presets,
    valueMetric,
    hardTrainMetric,
    selectionMetric,
    ...(exact === undefined ? {} : { exact: exact.methods }),
    ...(references === undefined ? {} : { references }),
    ...(help === undefined ? {} : { help }),
    config: configSchema(problem),
  };
}

function configSchema(problem: ProblemDefinition): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(problem.config, { io: 'input' });
}
