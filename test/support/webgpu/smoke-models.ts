/** Small models of every problem with every estimator that can take their choice: one gradient of each. */
import * as tf from '@tensorflow/tfjs-core';
import { emptyState, type EstimatorDefinition } from '../../../src/engine/core/estimator.ts';
import { outliving } from '../../../src/engine/core/lasting-estimate.ts';
import type { ProblemDefinition, TrainingConfig } from '../../../src/engine/core/problem.ts';
import { estimators, parseSettings } from '../../../src/engine/estimators/registry.ts';
import { parseConfig, problems } from '../../../src/engine/problems/registry.ts';
import { fold, rootKey } from '../../../src/engine/random/key.ts';
import { engineFiles } from '../../../src/trainer/engine-files.ts';
import { canTake } from '../../../src/shared/choice.ts';
import { bareHost } from '../engine-host.ts';

const ROWS = 8;

export interface SmokeModel {
  readonly problem: ProblemDefinition;
  readonly config: TrainingConfig;
  readonly data: unknown;
  readonly fitting: readonly EstimatorDefinition[];
}

/** The smoke preset of each problem at minibatches of 8 rows. */
export async function smokeModels(): Promise<readonly SmokeModel[]> {
  return Promise.all(
    problems.map(async (problem) => {
      const preset = problem.presets.find(({ id }) => id.endsWith('smoke'));
      if (preset === undefined) throw new Error(`${problem.id} has no smoke preset`);
      const parsed = parseConfig(problem, preset.config);
      const config = { ...parsed, batch: Math.min(parsed.batch, ROWS) };
      const host = { ...bareHost, ...engineFiles, now: () => performance.now() };
      const choice = problem.choice(config);
      return {
        problem,
        config,
        data: await problem.load(config, host),
        fitting: estimators.filter((estimator) => canTake(estimator, choice)),
      };
    }),
  );
}

export interface GradientOf {
  readonly value: number;
  /** By the position of the parameter: the problem's own, then the estimator's. */
  readonly gradients: readonly Float32Array[];
}

/**
 * The training value and the gradient of one step on the current backend, as `Session` computes them.
 * @throws where the estimator refuses the model
 */
export async function gradientOf(
  { problem, config, data }: SmokeModel,
  estimator: EstimatorDefinition,
): Promise<GradientOf> {
  const root = rootKey(1);
  const instance = problem.create(config, data, fold(root, 'init'));
  const settings: unknown = parseSettings(estimator, {});
  const state =
    estimator.init?.({
      kind: instance.kind,
      latents: instance.latents,
      classes: instance.classes,
      ...(instance.stages && { stages: instance.stages }),
      settings,
      key: fold(root, 'estimator'),
    }) ?? emptyState;
  const variables = [...Object.values(instance.parameters), ...Object.values(state.parameters)];
  const input = { step: 0, key: fold(fold(root, 'batch'), 0), temperature: 1 };
  let kept: tf.Scalar | undefined;
  try {
    const { value: loss, grads } = tf.variableGrads(() => {
      const key = fold(fold(root, 'noise'), 0);
      const estimate = estimator.estimate({ ...instance.step(input), key, settings, state });
      const { value, nextBuffers, diagnostics } = outliving(estimate);
      kept = value;
      tf.dispose([nextBuffers, diagnostics]);
      return estimate.sideLoss === undefined
        ? estimate.surrogate
        : tf.add(estimate.surrogate, estimate.sideLoss);
    }, variables);
    const gradients: Float32Array[] = [];
    for (const { name } of variables) {
      const gradient = grads[name];
      gradients.push(gradient === undefined ? new Float32Array() : Float32Array.from(await gradient.data()));
    }
    const [value = Number.NaN] = await kept!.data();
    tf.dispose([loss, grads]);
    return { value, gradients };
  } finally {
    tf.dispose([kept ?? [], Object.values(state.parameters), Object.values(state.buffers)]);
    instance.dispose();
  }
}
