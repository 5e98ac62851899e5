/** What an estimator learns for itself (moving averages, learned baselines, eta) at parameters that stay as they are. */
import * as tf from '@tensorflow/tfjs-core';
import type { EstimatorDefinition, EstimatorState } from '../core/estimator.ts';
import { outliving, type LastingEstimate } from '../core/lasting-estimate.ts';
import type { AnyProblemInstance } from '../core/problem.ts';
import { fold, type Key } from '../random/key.ts';
import { createAdam, type Adam } from '../optimisers/adam.ts';

export interface LearningEstimator {
  readonly definition: EstimatorDefinition;
  /** Parsed. */
  readonly settings: unknown;
  /** What learns. */
  readonly state: EstimatorState;
}

export interface LearningOptions {
  readonly steps: number;
  /** Learning rate of Adam, which settings such as REBAR's `rate` multiply. */
  readonly rate: number;
  readonly key: Key;
  /** Called after each step. */
  breathe(step: number): Promise<void>;
}

/**
 * Steps of Adam, as a run would take them; changes the estimator's state where there is one.
 * @param choose the choice of a step, made anew where it is a graph of its own
 * @returns what the estimator says of itself at the last step: eta, a baseline
 */
export async function learnState(
  { definition, settings, state }: LearningEstimator,
  choose: () => ReturnType<AnyProblemInstance['step']>,
  { steps, rate, key, breathe }: LearningOptions,
): Promise<Record<string, number>> {
  const parameters = Object.values(state.parameters);
  const adam = createAdam();
  let learned: Record<string, number> = {};
  try {
    for (let step = 0; step < steps; step++) {
      let kept: LastingEstimate | undefined;
      const lossOf = (): tf.Scalar | undefined => {
        const estimate = definition.estimate({ ...choose(), settings, state, key: fold(key, step) });
        kept = outliving(estimate);
        return estimate.sideLoss;
      };
      tf.tidy(() => {
        if (parameters.length === 0) lossOf();
        else descend(parameters, lossOf, adam, rate);
      });
      const { value, diagnostics, nextBuffers } = kept!;
      for (const [name, next] of Object.entries(nextBuffers)) state.buffers[name]?.assign(next);
      if (step === steps - 1) learned = await numbersOf(diagnostics);
      tf.dispose([value, diagnostics, nextBuffers]);
      await breathe(step + 1);
    }
    return learned;
  } finally {
    adam.dispose();
  }
}

/** One step down; none where the settings leave nothing to learn. */
function descend(
  parameters: readonly tf.Variable[],
  lossOf: () => tf.Scalar | undefined,
  adam: Adam,
  rate: number,
): void {
  const { grads } = tf.variableGrads(() => {
    const loss = lossOf();
    // Each parameter has a part in it, so that there is always a gradient.
    const nothing = tf.addN<tf.Scalar>(parameters.map((parameter) => tf.sum(tf.mul(parameter, 0))));
    return loss === undefined ? nothing : tf.add(loss, nothing);
  }, [...parameters]);
  adam.apply(
    parameters.map(({ name }) => ({ name, tensor: grads[name]! })),
    rate,
  );
}

async function numbersOf(scalars: Readonly<Record<string, tf.Scalar>>): Promise<Record<string, number>> {
  const read = Object.entries(scalars).map(async ([name, scalar]): Promise<[string, number]> => {
    const [value = Number.NaN] = await scalar.data();
    return [name, value];
  });
  return Object.fromEntries((await Promise.all(read)).filter(([, value]) => Number.isFinite(value)));
}
