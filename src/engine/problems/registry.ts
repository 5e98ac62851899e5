/** The problems the studio knows: forms, the command line, docs and the conformance suite iterate over this list. */
import { z } from 'zod';
import { goesBy, type CapabilityDescriptor, type ProblemDescriptor } from '../../shared/descriptor.ts';
import { AppError, validationError } from '../../shared/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { ProblemDefinition, TrainingConfig } from '../core/problem.ts';
import { parsedWithLists } from '../core/comma-lists.ts';
import { explained } from '../core/config-errors.ts';
import { architectureSearch } from './architecture-search/architecture-search.ts';
import { binarizedNet } from './binarized-net/binarized-net.ts';
import { bundleFlow } from './bundle-flow/bundle-flow.ts';
import { confidentClassifier } from './confident-classifier/confident-classifier.ts';
import { dartsToy } from './darts-toy/darts-toy.ts';
import { discreteVae } from './discrete-vae/discrete-vae.ts';
import { gaussianVae } from './gaussian-vae/gaussian-vae.ts';
import { hardAttention } from './hard-attention/hard-attention.ts';
import { menuAuction } from './menu-auction/menu-auction.ts';
import { noiseContrastive } from './noise-contrastive/noise-contrastive.ts';
import { regretnet } from './regretnet/regretnet.ts';
import { textGan } from './text-gan/text-gan.ts';
import { toyBernoulli } from './toy-bernoulli/toy-bernoulli.ts';
import { toyCategorical } from './toy-categorical/toy-categorical.ts';
import { toyContinuous } from './toy-continuous/toy-continuous.ts';
import { twoTower } from './two-tower/two-tower.ts';
import { vqVae } from './vq-vae/vq-vae.ts';

const registered: ProblemDefinition[] = [];

/** Alphabetical by id. */
export const problems: readonly ProblemDefinition[] = registered;

/** @throws AppError conflict if there is one of this id */
export function registerProblem(problem: ProblemDefinition): void {
  for (const id of [problem.id, ...(problem.earlierIds ?? [])]) {
    if (!registered.some((known) => goesBy(known, id))) continue;
    throw new AppError('conflict', `problem "${id}" is registered twice; give one of the two another id`);
  }
  registered.push(problem);
  registered.sort((a, b) => (a.id < b.id ? -1 : 1));
}

const own = [
  architectureSearch,
  binarizedNet,
  bundleFlow,
  confidentClassifier,
  dartsToy,
  discreteVae,
  gaussianVae,
  hardAttention,
  menuAuction,
  noiseContrastive,
  regretnet,
  textGan,
  toyBernoulli,
  toyCategorical,
  toyContinuous,
  twoTower,
  vqVae,
];
for (const problem of own) registerProblem(problem);

/**
 * By its id, or one that it had in earlier versions.
 * @throws AppError not-found, with the nearest id
 */
export function findProblem(id: string): ProblemDefinition {
  const found = problems.find((problem) => goesBy(problem, id));
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
  const { parsed, raw } = parsedWithLists(problem.config, given);
  if (parsed.success) return parsed.data;
  const issues = explained(parsed.error.issues, configSchema(problem), raw);
  throw validationError(new z.ZodError(issues), `Config of ${problem.label}`);
}

/** What forms, the command line and docs know of a problem. */
export function describeProblem(problem: ProblemDefinition): ProblemDescriptor {
  const { id, label, summary, direction, metrics, charts, baselines, presets, selectionMetric } = problem;
  const { references, help, valueMetric, hardTrainMetric } = problem;
  const { pictures = [], questions = [], solvers = [], exports = [], earlierIds } = problem;
  return {
    id,
    ...(earlierIds === undefined ? {} : { earlierIds }),
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
    pictures: pictures.map(described),
    questions: questions.map((question) => ({
      ...described(question),
      input: z.toJSONSchema(question.input, { io: 'input' }),
      needsRun: question.needsRun !== false,
    })),
    solvers: solvers.map((solver) => ({
      ...described(solver),
      settings: z.toJSONSchema(solver.settings, { io: 'input' }),
      needsData: solver.needsData !== false,
    })),
    exports: exports.map((one) => ({ ...described(one), extension: one.extension })),
    ...(references === undefined ? {} : { references }),
    ...(help === undefined ? {} : { help }),
    config: configSchema(problem),
  };
}

function described({ name, label, help }: CapabilityDescriptor): CapabilityDescriptor {
  return { name, label, help };
}

/**
 * One of a problem's pictures, questions, solvers or exports.
 * @param what the kind, as a message names it
 * @throws AppError not-found, with the nearest name
 */
export function findCapability<T extends CapabilityDescriptor>(
  problem: string,
  list: readonly T[] | undefined,
  what: string,
  name: string,
): T {
  const found = list?.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = (list ?? []).map((one) => one.name);
  throw new AppError(
    'not-found',
    names.length === 0
      ? `${problem} has no ${what}s`
      : `${problem} has no ${what} "${name}"; did you mean "${nearest(name, names)}"? Known: ${names.join(', ')}`,
    { path: what },
  );
}

function configSchema(problem: ProblemDefinition): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(problem.config, { io: 'input' });
}
