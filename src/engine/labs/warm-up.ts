/** Training of what an estimator learns for itself (control variates, baselines, averages), while the logits stay. */
import { WARM_UP_RATE, WARM_UP_ROWS } from '../../shared/gradient.ts';
import { learnState, type LearningOptions } from '../diagnostics/learned-state.ts';
import { tiledChoice, type PreparedEstimator } from '../diagnostics/row-gradients.ts';
import type { DiscreteObjective } from '../objectives/discrete-objective.ts';

export interface WarmUpOptions extends Omit<LearningOptions, 'rate'> {
  readonly logits: readonly number[];
  readonly temperature: number;
}

/**
 * Changes the estimator's state, if it has any.
 * @returns what the estimator says of itself at the last step: eta, a baseline
 */
export async function warmUp(
  estimator: PreparedEstimator,
  { shape, tensors }: DiscreteObjective,
  { logits, temperature, ...options }: WarmUpOptions,
): Promise<Record<string, number>> {
  const choice = tiledChoice(shape, logits, WARM_UP_ROWS);
  try {
    return await learnState(estimator, () => ({ choice, objective: tensors, temperature }), {
      ...options,
      rate: WARM_UP_RATE,
    });
  } finally {
    choice.logits.dispose();
  }
}
