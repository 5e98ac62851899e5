/** Gradients of an estimator's side loss, and of its surrogate, for what it may and may not train. */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice, Objective } from '../../../src/engine/core/choice.ts';
import type { EstimatorState } from '../../../src/engine/core/estimator.ts';
import { rootKey } from '../../../src/engine/random/key.ts';
import { tiledChoice, type ChoiceCase } from './cases.ts';
import type { Variant } from './sampling.ts';

export interface StepGradients {
  /** By name of the learned parameter; absent: untouched. */
  readonly parameters: Readonly<Record<string, Float32Array | undefined>>;
  /** For the logits and for a factor on f, a parameter of f's own. */
  readonly logits: Float32Array | undefined;
  readonly own: Float32Array | undefined;
}

export interface StepOptions {
  readonly rows: number;
  readonly seed: number;
  readonly temperature?: number;
}

export function stepGradients(
  pick: 'sideLoss' | 'surrogate',
  { definition, settings }: Variant,
  choiceCase: ChoiceCase,
  objective: Objective,
  state: EstimatorState,
  { rows, seed, temperature = 1 }: StepOptions,
): StepGradients {
  const factor = tf.variable(tf.scalar(1));
  const logits = tf.tidy(() => tf.variable(tiledChoice(choiceCase, rows).logits));
  const learned = Object.entries(state.parameters);
  const scaled: Objective = {
    relaxable: objective.relaxable,
    evaluate: (z) => tf.mul(objective.evaluate(z), factor),
  };
  const result = tf.tidy(() => {
    const { grads } = tf.variableGrads(() => {
      const choice = { kind: choiceCase.kind, logits: tf.mul(logits, 1) } as Choice;
      const input = { choice, objective: scaled, key: rootKey(seed), temperature, settings, state };
      return definition.estimate(input)[pick]!;
    }, [factor, logits, ...learned.map(([, variable]) => variable)]);
    const read = (variable: tf.Variable) => {
      const gradient = grads[variable.name] as tf.Tensor | null | undefined;
      return gradient ? Float32Array.from(gradient.dataSync()) : undefined;
    };
    return {
      parameters: Object.fromEntries(learned.map(([name, variable]) => [name, read(variable)])),
      logits: read(logits),
      own: read(factor),
    };
  });
  tf.dispose([factor, logits]);
  return result;
}

/** The derivative of `measure` by one number of a learned parameter, from values on both sides of it. */
export function slopeBy(variable: tf.Variable, index: number, step: number, measure: () => number): number {
  const start = Float32Array.from(variable.dataSync());
  const at = (distance: number) => {
    const moved = start.slice();
    moved[index]! += distance;
    tf.tidy(() => variable.assign(tf.tensor(moved, variable.shape)));
    return measure();
  };
  const slope = (at(step) - at(-step)) / (2 * step);
  at(0);
  return slope;
}
