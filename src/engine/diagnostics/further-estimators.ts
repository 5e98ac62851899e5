/** Estimators that a run measures beside its own: config key `diagnostics.estimators`. */
import type { ChoiceKind } from '../../shared/descriptor.ts';
import { AppError } from '../../shared/errors.ts';
import type { EstimatorDefinition } from '../core/estimator.ts';
import type { TrainingConfig } from '../core/problem.ts';
import { findEstimator, parseSettings } from '../estimators/registry.ts';

const PATH = 'diagnostics.estimators';

/** In place of an id: all estimators of the comparison, with their settings. */
const COMPARISON = 'comparison';

export interface FurtherEstimator {
  readonly id: string;
  /** Complete. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * The entries with complete settings, each estimator once.
 * @param comparison what stands for `comparison`
 * @throws AppError validation, for an id that is unknown, given twice, or for another kind of choice
 */
export function completeFurther(
  entries: NonNullable<TrainingConfig['diagnostics']>['estimators'],
  comparison: readonly FurtherEstimator[],
  kind: ChoiceKind,
): readonly FurtherEstimator[] {
  const named = entries.flatMap((given) => {
    if (given === COMPARISON) return [];
    const { id, settings } = typeof given === 'string' ? { id: given, settings: {} } : given;
    return [{ id, settings: measurable(id, settings, kind).settings }];
  });
  const repeated = named.find(({ id }, i) => named.findIndex((other) => other.id === id) !== i);
  if (repeated !== undefined) throw refusal(`${repeated.id} is given twice; give each once`);
  const others = entries.includes(COMPARISON) ? comparison : [];
  return [...named, ...others.filter(({ id }) => named.every((other) => other.id !== id))];
}

/** @throws AppError validation */
export function measurable(
  id: string,
  settings: unknown,
  kind: ChoiceKind,
): { readonly definition: EstimatorDefinition; readonly settings: Readonly<Record<string, unknown>> } {
  try {
    const definition = findEstimator(id);
    const { supports } = definition;
    if (!supports.includes(kind)) {
      throw refusal(`${id} takes ${supports.join(' or ')} choices, and that of the problem is ${kind}`);
    }
    return { definition, settings: parseSettings(definition, settings, kind) };
  } catch (error) {
    // What the registry says has the paths of a comparison's estimators.
    throw error instanceof AppError && error.path !== PATH ? refusal(error.message) : error;
  }
}

function refusal(what: string): AppError {
  return new AppError('validation', `${PATH}: ${what}`, { path: PATH });
}
