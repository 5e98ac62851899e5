/**
 * A choice in stages, one after another, as the tokens of a sequence are. The logits of stage s + 1 are a function of the
 * values z_1 .. z_s chosen before, so that p(z) = prod_s p(z_s | z_1 .. z_{s-1}). Rows are those of `core/choice.ts`.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { Choice, StagedChoice } from './choice.ts';

export interface Walk {
  /** z_1 .. z_S, as the sampler made them. */
  readonly values: readonly tf.Tensor[];
  /** Each stage as a choice of its own, its logits given the values before. */
  readonly stages: readonly Choice[];
}

/**
 * Goes through the stages.
 * @param sampler the value of a stage, like its logits (hard, relaxed, a mean); `s` counts from 0
 */
export function walk(choice: StagedChoice, sampler: (stage: Choice, s: number) => tf.Tensor): Walk {
  return walkOn(choice, [], sampler);
}

/** The same from the values of the first stages on; of the result, `stages` are those that were still to go. */
export function walkOn(
  choice: StagedChoice,
  prefix: readonly tf.Tensor[],
  sampler: (stage: Choice, s: number) => tf.Tensor,
): Walk {
  const values = [...prefix];
  const stages: Choice[] = [];
  for (let s = prefix.length; s < choice.stages; s++) {
    const stage = { kind: choice.stageKind, logits: choice.next([...values]) } as Choice;
    stages.push(stage);
    values.push(sampler(stage, s));
  }
  return { values, stages };
}
