/** Samples of a choice in stages, constants to the gradient, with the score of each stage: grad log p(z_s | z_1 .. z_{s-1}) is z_s - p_s. */
import * as tf from '@tensorflow/tfjs-core';
import type { StagedChoice, StagedObjective } from '../../core/choice.ts';
import { detached, stopGradient, withGradient } from '../../core/gradient-flow.ts';
import { walk, type Walk } from '../../core/stages.ts';
import { fold, type Key } from '../../random/key.ts';
import { hardSample, mode, probabilities } from './choice-maths.ts';
import { stageKey } from './estimate-at.ts';
import type { ScoreSamples } from './score-samples.ts';
import { perRow, sumOfRow } from './scores.ts';

export interface ScoreWalks {
  /** M of them, each z_1 .. z_S. */
  readonly draws: readonly (readonly tf.Tensor[])[];
  /** What the draws are to stage s alone. */
  stage(s: number): ScoreSamples;
}

export function scoreWalks(choice: StagedChoice, key: Key, samples: number): ScoreWalks {
  const keys = Array.from({ length: samples }, (_, m) => fold(fold(key, 'sample'), m));
  return scored(keys.map((own) => walk(choice, (stage, s) => hardSample(stage, stageKey(own, s)))));
}

/** Walks whose values are given. */
export function scored(walks: readonly Walk[]): ScoreWalks {
  return {
    draws: walks.map(({ values }) => values),
    stage(s) {
      const stages = walks.map((own) => own.stages[s]!);
      const draws = walks.map(({ values }) => values[s]!);
      const p = stages.map((stage) => detached(() => probabilities(stage, 1)));
      const scores = () => draws.map((draw, m) => tf.sub(draw, p[m]!));
      return {
        draws,
        weighted(weights) {
          const each = tf.unstack(stopGradient(weights()));
          return tf.addN(
            stages.map(({ logits }, m) =>
              withGradient(logits, () => tf.mul(tf.sub(draws[m]!, p[m]!), perRow(each[m]!, p[m]!))),
            ),
          );
        },
        squaredScores: () => detached(() => tf.stack(scores().map((score) => sumOfRow(tf.square(score))))),
        probabilities: tf.concat([...p], 0),
      };
    },
  };
}

/** What comes from each stage on, [B, S]: the sum of its own cost and those after it, or f where there are no costs. */
export function returnsToGo(objective: StagedObjective, values: readonly tf.Tensor[]): tf.Tensor2D {
  if (objective.costs !== undefined) return tf.cumsum(objective.costs(values), 1, false, true);
  return tf.tile(tf.expandDims<tf.Tensor2D>(objective.evaluate(values), 1), [1, values.length]);
}

/** What each stage of a hard z is judged by, [B, S]: by rollouts where the objective has them, else by its return to go. */
export function judgedStages(
  objective: StagedObjective,
  values: readonly tf.Tensor[],
  key: Key,
): tf.Tensor2D {
  return objective.rollouts?.returns(values, key) ?? returnsToGo(objective, values);
}

/** The same along the most probable way: at each stage the most probable value, given those before. */
export function judgedMode(choice: StagedChoice, objective: StagedObjective, key: Key): tf.Tensor2D {
  return stopGradient(judgedStages(objective, walk(choice, mode).values, key));
}
