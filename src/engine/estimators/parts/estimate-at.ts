/** One evaluation of f, differentiated through the point where it is evaluated: of one choice, or of all stages of one. */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice, Objective, StagedChoice } from '../../core/choice.ts';
import type { Estimate, EstimatorInput } from '../../core/estimator.ts';
import { stopGradient } from '../../core/gradient-flow.ts';
import { walk } from '../../core/stages.ts';
import { fold, type Key } from '../../random/key.ts';

/** @param point like z, with the gradient for the logits that the estimate wants */
export function estimateAt(point: tf.Tensor, objective: Objective): Estimate {
  return meanOf(objective.evaluate(point));
}

/** @param values f, [B], differentiable in all that it is to be differentiated in */
function meanOf(values: tf.Tensor1D): Estimate {
  const mean = tf.mean<tf.Scalar>(values);
  return { surrogate: mean, value: stopGradient(mean), evaluations: 1 };
}

/** Key of a stage's draws. */
export function stageKey(key: Key, s: number): Key {
  return fold(fold(key, 'stage'), s);
}

export type PointInput<S> = Pick<EstimatorInput<S>, 'key' | 'temperature' | 'settings'>;

/**
 * `estimate` and `estimateStages` of an estimator that evaluates f once, at a point like z that it makes of the logits. In stages
 * the next logits are made of the points before, and the gradient runs back through them, too.
 */
export function throughPoints<S>(point: (choice: Choice, input: PointInput<S>) => tf.Tensor) {
  return {
    estimate: ({ choice, objective, ...input }: EstimatorInput<S>): Estimate =>
      estimateAt(point(choice, input), objective),
    estimateStages: ({ choice, objective, ...input }: EstimatorInput<S, StagedChoice>): Estimate =>
      meanOf(
        objective.evaluate(
          walk(choice, (stage, s) => point(stage, { ...input, key: stageKey(input.key, s) })).values,
        ),
      ),
  };
}
