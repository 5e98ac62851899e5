/**
 * What an estimator of grad_theta E_{z ~ p(z; theta)} [ f(z) ] is to the rest of the engine.
 *
 * `estimate` builds a scalar `surrogate` whose gradient, with respect to everything the logits and f depend on, is the
 * estimate. The surrogate is the MEAN over the B rows of one estimate per row, so that B times its gradient for row b's
 * logits is one independent sample of the estimator: the conformance suite and the diagnostics rest on this.
 *
 * Rules
 * - the gradient of the objective as given; the trainer decides the sign (it ascends for `maximize`).
 * - no reference to a problem, no randomness but from `key`.
 * - no reads of tensors to the host (dataSync) in `estimate`.
 * - state between steps lives in `state`: `parameters` are trained through `sideLoss`, `buffers` are replaced by
 *   `nextBuffers` after the step. Both are part of a checkpoint.
 * - the surrogate does not depend on `state.parameters` and the side loss on nothing else. `gradient-flow.ts` detaches. A
 *   side loss that must differentiate through f itself (a learned temperature) is formed in a nested tf.variableGrads over
 *   `state.parameters` and passed on with `withGradient`, so that f's own parameters stay out of it.
 * - a term that is known as a formula (score function, control variate) enters with `withGradient`.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import { canTake, cannotTake, type ChoiceKind } from '../../shared/choice.ts';
import type { EstimatorDescriptor, HelpText } from '../../shared/descriptor.ts';
import { AppError, type Issue } from '../../shared/errors.ts';
import type { Key } from '../random/key.ts';
import {
  typeOf,
  type AnyChoice,
  type Choice,
  type ChoiceSizes,
  type NoChoice,
  type ObjectiveOf,
  type OneChoice,
  type StagedChoice,
} from './choice.ts';

/** `none`: nothing is drawn, all estimates are equal; `rounding`: what is drawn is but the order of a sum. */
export type Noise = 'drawn' | 'rounding' | 'none';

export interface EstimatorState {
  /** Learned control variates, temperatures: trained by the optimiser through `sideLoss`. */
  readonly parameters: Readonly<Record<string, tf.Variable>>;
  /** Running averages and the like: replaced, never differentiated. */
  readonly buffers: Readonly<Record<string, tf.Variable>>;
}

export interface EstimatorInput<S, C extends AnyChoice = Choice> {
  readonly choice: C;
  readonly objective: ObjectiveOf<C>;
  /** Fresh for this step; derive named streams with `fold(key, 'gumbel')`. */
  readonly key: Key;
  /**
   * Temperature of the relaxation at this step, in units of the logits: a relaxed sample is softmax((logits + G) / temperature).
   * Estimators without a relaxation ignore it.
   */
  readonly temperature: number;
  readonly settings: S;
  readonly state: EstimatorState;
}

export interface Estimate {
  /** Scalar; its gradient is the estimate. Its value has no meaning. */
  readonly surrogate: tf.Scalar;
  /** Scalar, detached: the training value, i.e. what this estimator believes E f to be on this minibatch (mean over rows). */
  readonly value: tf.Scalar;
  /** Scalar to be minimised over `state.parameters`. */
  readonly sideLoss?: tf.Scalar;
  /** Evaluations of f per row. */
  readonly evaluations: number;
  /** Detached scalars worth a chart. */
  readonly diagnostics?: Readonly<Record<string, tf.Scalar>>;
  /** New contents of `state.buffers`, same names and shapes. */
  readonly nextBuffers?: Readonly<Record<string, tf.Tensor>>;
}

export interface StateContext<S> extends ChoiceSizes {
  readonly kind: ChoiceKind;
  /** Sizes of every stage, where the choice has stages; those above are then of the first. */
  readonly stages?: readonly ChoiceSizes[];
  readonly settings: S;
  readonly key: Key;
}

/** What an estimator is, whatever it takes. */
interface EstimatorTraits<S> {
  readonly id: string;
  readonly label: string;
  readonly family: EstimatorDescriptor['family'];
  /** One plain sentence on the idea. */
  readonly summary: string;
  readonly bias: 'unbiased' | 'biased';
  readonly supports: readonly ChoiceKind[];
  readonly needsRelaxable: boolean;
  /**
   * What of an estimate depends on its key: absent, it is `drawn`.
   * @param values of z in a row, K^D
   */
  noise?(settings: S, values: number): Noise;
  /** Whether the estimate depends on the `temperature` of its input; absent: it does not. */
  readsTemperature?(settings: S): boolean;
  /**
   * Kinds of choices of which it makes estimates for several runs at once, without noticing: it draws nothing but tensors. Absent: none.
   * test/conformance/together.test.ts proves it.
   */
  readonly stackable?: readonly ChoiceKind[];
  /** True if `value` is a smooth function of the choice's parameters, whose derivative the estimate is with its noise held. */
  readonly pathwise?: true;
  /** Strict schema with sound defaults and a description a field. */
  readonly settings: z.ZodType<S>;
  readonly references: EstimatorDescriptor['references'];
  /** Every registered estimator has it: test/conformance/help.test.ts. */
  readonly help?: HelpText;
  /** Settings the conformance suite runs; the first is the default `{}`. */
  readonly examples: readonly unknown[];
  /** What settings that parse still lack for choices of that kind, at the path of the setting; absent: nothing. */
  settingsIssue?(settings: S, kind: ChoiceKind): Issue | undefined;
  /** State at step 0; absent: stateless. Variables are made here and disposed of by the caller. */
  init?(context: StateContext<S>): EstimatorState;
}

/** What the file of an estimator says. */
interface EstimatorSource<S, C extends AnyChoice> extends EstimatorTraits<S> {
  estimate(input: EstimatorInput<S, C>): Estimate;
  /** For choices in stages; absent: it takes none. */
  estimateStages?(input: EstimatorInput<S, StagedChoice>): Estimate;
}

/** An estimator as training, diagnostics and labs have it. */
export interface EstimatorDefinition<S = unknown> extends EstimatorTraits<S> {
  /** True if it takes choices in stages of the kinds that it supports. */
  readonly stages: boolean;
  /** @throws AppError precondition, for a choice or an f that the estimator cannot take */
  estimate(
    input: EstimatorInput<S, OneChoice> | EstimatorInput<S, StagedChoice> | EstimatorInput<S, NoChoice>,
  ): Estimate;
}

export const emptyState: EstimatorState = { parameters: {}, buffers: {} };

/**
 * Fixes the settings type of a definition while the registry holds them all as one type, and refuses what its capabilities
 * exclude.
 */
export function defineEstimator<S, C extends AnyChoice = Choice>({
  estimate,
  estimateStages,
  ...traits
}: EstimatorSource<S, C>): EstimatorDefinition {
  const { id, label, supports, needsRelaxable } = traits;
  const takes = { supports, stages: estimateStages !== undefined };
  const checked: EstimatorDefinition<S> = {
    ...traits,
    stages: takes.stages,
    estimate(input) {
      const type = typeOf(input.choice);
      if (!canTake(takes, type)) {
        throw new AppError('precondition', `${cannotTake(label, takes, type)}; choose another estimator.`);
      }
      if (needsRelaxable && 'relaxable' in input.objective && !input.objective.relaxable) {
        throw new AppError(
          'precondition',
          `${label}: needs the gradient of f at the choice, but this f has none; choose a score-function estimator.`,
        );
      }
      const issue = traits.settingsIssue?.(input.settings, type.kind);
      if (issue !== undefined)
        throw new AppError('precondition', `${label}: ${issue.message}.`, {
          path: `estimators.${id}.${issue.path}`,
        });
      // Its choice is one of those that the definition takes.
      if (type.stages === true) return estimateStages!(input as EstimatorInput<S, StagedChoice>);
      return estimate(input as EstimatorInput<S, C>);
    },
  };
  // The registry parses settings with this definition's own schema before it hands them back, so S is safe to erase.
  return checked;
}
