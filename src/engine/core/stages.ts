/**
 * A choice in stages: tokens of a sequence, layers of a belief network, glimpses. The logits of stage s + 1 are a function of the
 * values z_1 .. z_s chosen before, so that p(z) = prod_s p(z_s | z_1 .. z_{s-1}). Rows are those of `core/choice.ts`.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { Choice } from './choice.ts';

export interface StagedChoice {
  readonly kind: 'staged';
  /** Kind of every stage. */
  readonly stageKind: Choice['kind'];
  /** S, at least 1. */
  readonly stages: number;
  /**
   * z_1 .. z_s, each like the logits of its stage -> logits of stage s + 1: [B, D, K] categorical, [B, D] Bernoulli. D and K may
   * differ from stage to stage. Deterministic: an estimator may ask for the same prefix again.
   */
  next(prefix: readonly tf.Tensor[]): tf.Tensor;
}

/** f of the values of all stages. */
export interface StagedObjective {
  /** True if `evaluate`, `costs` and the choice's `next` accept points between the vertices and have a gradient there. */
  readonly relaxable: boolean;
  /** z_1 .. z_S -> f(z) [B]. One call is one evaluation of f a row. */
  evaluate(values: readonly tf.Tensor[]): tf.Tensor1D;
  /**
   * z_1 .. z_S -> the part of each stage in f, [B, S], whose sum over the stages is f. That of stage s depends on z_1 .. z_s alone:
   * a choice is then judged by what comes from its stage on, its return to go. One call is one evaluation of f a row.
   */
  costs?(values: readonly tf.Tensor[]): tf.Tensor2D;
}

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
