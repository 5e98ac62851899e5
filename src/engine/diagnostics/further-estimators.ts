/** Estimators that a run measures beside its own: config key `diagnostics.estimators`. */
import { canTake, cannotTake, type ChoiceType } from '../../shared/choice.ts';
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
  choice: ChoiceType,
): readonly FurtherEstimator[] {
  const named = entries.flatMap((given) => {
    if (given === COMPARISON) return [];
    const { id, settings } = typeof given === 'string' ? { id: given, settings: {} } : given;
    return [{ id, settings: measurable(id, settings, choice).settings }];
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
  choice: ChoiceType,
): { readonly definition: EstimatorDefinition; readonly settings: Readonly<Record<string, unknown>> } {
  try {
    const definition = findEstimator(id);
    if (!canTake(definition, choice)) throw refusal(cannotTake(id, definition, choice));
    return { definition, settings: parseSettings(definition, settings, choice.kind) };
  } catch (error) {
    // What the registry says has the paths of a comparison's estimators.
    throw error instanceof AppError && error.path !== PATH ? refusal(error.message) : error;
  }
}

function refusal(what: string): AppError {
  return new AppError('validation', `${PATH}: ${what}`, { path: PATH });
}
