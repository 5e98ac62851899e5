/** Training of what an estimator learns for itself (control variates, baselines, averages), while the logits stay. */
import * as tf from '@tensorflow/tfjs-core';
import { WARM_UP_RATE, WARM_UP_ROWS } from '../../shared/gradient.ts';
import { outliving, type LastingEstimate } from '../core/lasting-estimate.ts';
import { tiledChoice, type PreparedEstimator } from '../diagnostics/row-gradients.ts';
import type { DiscreteObjective } from '../objectives/discrete-objective.ts';
import { fold, type Key } from '../random/key.ts';
import { createAdam } from '../training/adam.ts';

export interface WarmUpOptions {
  readonly steps: number;
  readonly logits: readonly number[];
  readonly temperature: number;
  readonly key: Key;
  /** Called after each step. */
  breathe(step: number): Promise<void>;
}

/**
 * `steps` of Adam, as a run would take them; changes the estimator's state, if it has any.
 * @returns what the estimator says of itself at the last step: eta, a baseline
 */
export async function warmUp(
  estimator: PreparedEstimator,
  { shape, tensors }: DiscreteObjective,
  { steps, logits, temperature, key, breathe }: WarmUpOptions,
): Promise<Record<string, number>> {
  const { definition, settings, state } = estimator;
  const parameters = Object.values(state.parameters);
  const choice = tiledChoice(shape, logits, WARM_UP_ROWS);
  const adam = createAdam();
  let learned: Record<string, number> = {};
  try {
    for (let step = 0; step < steps; step++) {
      let kept: LastingEstimate | undefined;
      const lossOf = (): tf.Scalar | undefined => {
        const estimate = definition.estimate({
          ...{ choice, objective: tensors, temperature, settings, state },
          key: fold(key, step),
        });
        kept = outliving(estimate);
        return estimate.sideLoss;
      };
      tf.tidy(() => {
        if (parameters.length === 0) lossOf();
        else descend(parameters, lossOf, adam);
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
    choice.logits.dispose();
  }
}

/** One step down; none where the settings leave nothing to learn. */
function descend(
  parameters: readonly tf.Variable[],
  lossOf: () => tf.Scalar | undefined,
  adam: ReturnType<typeof createAdam>,
): void {
  const { grads } = tf.variableGrads(() => {
    const loss = lossOf();
    // Each parameter has a part in it, so that there is always a gradient.
    const nothing = tf.addN<tf.Scalar>(parameters.map((parameter) => tf.sum(tf.mul(parameter, 0))));
    return loss === undefined ? nothing : tf.add(loss, nothing);
  }, [...parameters]);
  adam.apply(
    parameters.map(({ name }) => ({ name, tensor: grads[name]! })),
    WARM_UP_RATE,
  );
}

async function numbersOf(scalars: Readonly<Record<string, tf.Scalar>>): Promise<Record<string, number>> {
  const read = Object.entries(scalars).map(async ([name, scalar]): Promise<[string, number]> => {
    const [value = Number.NaN] = await scalar.data();
    return [name, value];
  });
  return Object.fromEntries((await Promise.all(read)).filter(([, value]) => Number.isFinite(value)));
}
