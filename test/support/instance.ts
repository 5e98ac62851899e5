/** Instances of problems, held against plain doubles: their parameters, and what an estimator makes of one step. */
import * as tf from '@tensorflow/tfjs-core';
import { outliving, type LastingEstimate } from '../../src/engine/core/lasting-estimate.ts';
import type { AnyProblemInstance, StepInput } from '../../src/engine/core/problem.ts';
import { findEstimator, parseSettings } from '../../src/engine/estimators/registry.ts';
import { fold, rootKey, type Key } from '../../src/engine/random/key.ts';
import { normal } from '../../src/engine/random/noise.ts';

/** Values of the parameters by name, row by row. */
export type PlainParameters = Readonly<Record<string, readonly number[]>>;

export function readParameters(parameters: AnyProblemInstance['parameters']): PlainParameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, variable]) => [name, Array.from(variable.dataSync())]),
  );
}

/** Moves the parameters off their start, so that no two units are alike. @param by standard deviation */
export function shake(parameters: AnyProblemInstance['parameters'], by: number): void {
  for (const [name, variable] of Object.entries(parameters)) {
    tf.tidy(() =>
      variable.assign(
        tf.add(variable, tf.mul(normal(fold(rootKey(3), name), variable.shape as [number]), by)),
      ),
    );
  }
}

interface Estimated {
  /** By the names of the parameters; null where the surrogate does not depend on one. */
  readonly gradients: Readonly<Record<string, number[] | null>>;
  /** What the estimator believes f to be. */
  readonly believed: number;
}

/** One estimate of the gradient of f for all parameters, by a fresh estimator. */
export function estimated(
  instance: AnyProblemInstance,
  id: string,
  input: StepInput,
  { settings: raw = {}, key = rootKey(5) }: { readonly settings?: object; readonly key?: Key } = {},
): Estimated {
  const estimator = findEstimator(id);
  const settings = parseSettings(estimator, raw);
  const { kind, latents, classes, stages, parameters } = instance;
  const state = estimator.init?.({
    ...{ kind, latents, classes, settings, key: rootKey(6) },
    ...(stages && { stages }),
  }) ?? { parameters: {}, buffers: {} };
  let kept: LastingEstimate | undefined;
  const { value, grads } = tf.variableGrads(() => {
    const estimate = estimator.estimate({ ...instance.step(input), key, settings, state });
    kept = outliving(estimate);
    return estimate.surrogate;
  }, Object.values(parameters));
  const gradients = Object.fromEntries(
    Object.entries(parameters).map(([name, variable]) => {
      const own = grads[variable.name];
      return [name, own === undefined ? null : Array.from(own.dataSync())];
    }),
  );
  const believed = kept!.value.dataSync()[0]!;
  tf.dispose([value, grads, state.parameters, state.buffers]);
  tf.dispose([kept!.value, kept!.diagnostics, kept!.nextBuffers]);
  return { gradients, believed };
}
