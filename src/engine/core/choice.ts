/**
 * A stochastic choice: one row per example (an image, a user), or one for a whole minibatch, and D choices per row. Symbols as in
 * docs/notation.md.
 *
 * categorical: logits [B, D, K], z one-hot [B, D, K], p(z) = prod_d softmax(logits_d)[z_d]
 * bernoulli:   logits [B, D],    z bits    [B, D],    p(z) = prod_d sigmoid(logits_d)^z_d (1 - sigmoid(logits_d))^(1 - z_d)
 * continuous:  parameters by name, z reals [B, D], p(z) of a distribution with pathwise samples; Gaussians and the like
 * staged:      S choices, one after another, the logits of each a function of the values before: core/stages.ts
 * none:        no choice at all
 *
 * A categorical logit may be -inf (a value that cannot be chosen), as long as one value per choice can.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { ChoiceType } from '../../shared/choice.ts';
import type { Key } from '../random/key.ts';
import type { ContinuousDistribution, Parameters } from './distribution.ts';

export interface CategoricalChoice {
  readonly kind: 'categorical';
  readonly logits: tf.Tensor3D;
}

export interface BernoulliChoice {
  readonly kind: 'bernoulli';
  readonly logits: tf.Tensor2D;
}

/** The discrete choices, which have logits: what nearly all estimators take. */
export type Choice = CategoricalChoice | BernoulliChoice;

export interface ContinuousChoice {
  readonly kind: 'continuous';
  readonly distribution: ContinuousDistribution;
  /** Those that the distribution names, in its shapes. */
  readonly parameters: Parameters;
}

/** A problem without a stochastic choice, whose f has no z. */
export interface NoChoice {
  readonly kind: 'none';
}

/** One choice, of one stage. */
export type OneChoice = Choice | ContinuousChoice;

/** A choice in stages (`core/stages.ts`): the logits of stage s + 1 are a function of the values z_1 .. z_s chosen before. */
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
  /** z_1 .. z_S -> f(z) [B]. One call is one evaluation of f per row. */
  evaluate(values: readonly tf.Tensor[]): tf.Tensor1D;
  /**
   * z_1 .. z_S -> the part of each stage in f, [B, S], whose sum over the stages is f. That of stage s depends on z_1 .. z_s alone:
   * a choice is then judged by what comes from its stage on, its return to go. One call is one evaluation of f per row.
   */
  costs?(values: readonly tf.Tensor[]): tf.Tensor2D;
  /** What a stage is worth once it is chosen, where the objective estimates that by more than the one f that came of it. */
  readonly rollouts?: {
    /** Evaluations of f per row in one call. */
    readonly evaluations: number;
    /**
     * Hard z_1 .. z_S -> [B, S]: of stage s an estimate of E[f | z_1 .. z_s], of the last stage f itself. It depends on z_1 .. z_s and
     * on draws of its own from that key, and takes the place of f as what stage s is judged by.
     */
    returns(values: readonly tf.Tensor[], key: Key): tf.Tensor2D;
  };
}

export type AnyChoice = OneChoice | StagedChoice | NoChoice;

/** The f that goes with a choice. */
export type ObjectiveOf<C extends AnyChoice> = C extends StagedChoice
  ? StagedObjective
  : C extends NoChoice
    ? PlainObjective
    : Objective;

/**
 * f, the value of a choice, row by row. It may have parameters of its own (prices): estimators must pass their
 * gradient on, so an estimator calls `evaluate` on the differentiable path, and detaches where its formula says so.
 */
export interface Objective {
  /** True if `evaluate` accepts points between the vertices and has a gradient there. */
  readonly relaxable: boolean;
  /** True if f is a sum with one term per choice, so that E f takes D (K - 1) + 1 values of f; absent: not known to be. */
  readonly additive?: boolean;
  /** z as above -> f(z) [B]. One call is one evaluation of f per row. */
  evaluate(z: tf.Tensor): tf.Tensor1D;
  /**
   * Optional shortcut for D = 1: f at all K values, [B, K] (Bernoulli: [B, 2], f at 0 and 1), where that costs less than K
   * evaluations. Counts as K evaluations per row all the same.
   */
  enumerate?(): tf.Tensor2D;
}

/** f without a choice. */
export interface PlainObjective {
  /** [B]; its mean is what is trained. */
  evaluate(): tf.Tensor1D;
}

/** Of one row. */
export interface ChoiceSizes {
  /** D, choices. */
  readonly latents: number;
  /** K, values per choice (2 for Bernoulli). */
  readonly classes: number;
}

export function typeOf(choice: AnyChoice): ChoiceType {
  return choice.kind === 'staged' ? { kind: choice.stageKind, stages: true } : { kind: choice.kind };
}
