/** The estimators the studio knows: forms, the command line, docs and the conformance suite iterate over this list. */
import { z } from 'zod';
import type { ChoiceKind } from '../../shared/choice.ts';
import type { EstimatorDescriptor } from '../../shared/descriptor.ts';
import { AppError, validationError } from '../../shared/errors.ts';
import { explained } from '../core/config-errors.ts';
import type { EstimatorDefinition } from '../core/estimator.ts';
import { nearest } from '../core/nearest.ts';
import { arm } from './arm.ts';
import { arms } from './arms.ts';
import { disarm } from './disarm.ts';
import { doubleCv } from './double-cv.ts';
import { entmax } from './entmax.ts';
import { exact } from './exact.ts';
import { gappedSt } from './gapped-st.ts';
import { gradient } from './gradient.ts';
import { gumbelRao } from './gumbel-rao.ts';
import { gumbelSoftmax } from './gumbel-softmax.ts';
import { muprop } from './muprop.ts';
import { perturbedMax } from './perturbed-max.ts';
import { rebar } from './rebar.ts';
import { reinforce } from './reinforce.ts';
import { reinmax } from './reinmax.ts';
import { relax } from './relax.ts';
import { reparam } from './reparam.ts';
import { softDp } from './soft-dp.ts';
import { softmax } from './softmax.ts';
import { sparsemax } from './sparsemax.ts';
import { stGumbelSoftmax } from './st-gumbel-softmax.ts';
import { straightThrough } from './straight-through.ts';
import { unorderedSet } from './unordered-set.ts';

/** Alphabetical by id. */
export const estimators: readonly EstimatorDefinition[] = [
  arm,
  arms,
  disarm,
  doubleCv,
  entmax,
  exact,
  gappedSt,
  gradient,
  gumbelRao,
  gumbelSoftmax,
  muprop,
  perturbedMax,
  rebar,
  reinforce,
  reinmax,
  relax,
  reparam,
  softDp,
  softmax,
  sparsemax,
  stGumbelSoftmax,
  straightThrough,
  unorderedSet,
];

/** @throws AppError not-found, with the nearest id */
export function findEstimator(id: string): EstimatorDefinition {
  const found = estimators.find((estimator) => estimator.id === id);
  if (found !== undefined) return found;
  const ids = estimators.map((estimator) => estimator.id);
  throw new AppError(
    'not-found',
    `estimator "${id}" does not exist; did you mean "${nearest(id, ids)}"? Known: ${ids.join(', ')}`,
    { path: 'estimators' },
  );
}

/**
 * Complete settings, defaults filled in.
 * @param kind of the choice that they are for, where it is known
 * @throws AppError validation, with the path `estimators.<id>.<field>`
 */
export function parseSettings(
  definition: EstimatorDefinition,
  raw: unknown,
  kind?: ChoiceKind,
): Readonly<Record<string, unknown>> {
  const parsed = definition.settings.safeParse(raw);
  if (parsed.success) {
    const issue = kind && definition.settingsIssue?.(parsed.data, kind);
    if (issue === undefined) return parsed.data as Readonly<Record<string, unknown>>;
    const path = `estimators.${definition.id}.${issue.path}`;
    throw new AppError('validation', `${path}: ${issue.message}`, { path });
  }
  const issues = explained(parsed.error.issues, settingsSchema(definition), raw, 'setting').map((issue) => ({
    ...issue,
    path: ['estimators', definition.id, ...issue.path],
  }));
  throw validationError(new z.ZodError(issues), `Settings of ${definition.label}`);
}

/** What forms, the command line and docs know of an estimator. */
export function describeEstimator(definition: EstimatorDefinition): EstimatorDescriptor {
  const { id, label, family, summary, bias, supports, stages, needsRelaxable, references, help } = definition;
  return {
    id,
    label,
    family,
    summary,
    bias,
    supports,
    stages,
    needsRelaxable,
    keepsState: definition.init !== undefined,
    references,
    ...(help === undefined ? {} : { help }),
    settings: settingsSchema(definition),
  };
}

function settingsSchema(definition: EstimatorDefinition): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(definition.settings, { io: 'input' });
}
