/** The step that the benches time: the product's own session, a menu auction trained with Adam. */
import { setFlagsFromString } from 'node:v8';
import type * as tf from '@tensorflow/tfjs-core';
import type { EngineHost } from '../../../src/engine/core/engine-host.ts';
import { findEstimator, parseSettings } from '../../../src/engine/estimators/registry.ts';
import { findProblem, parseConfig } from '../../../src/engine/problems/registry.ts';
import { Session } from '../../../src/engine/training/session.ts';
import { TRAINER_FLAGS } from '../../../src/node/trainer-program.ts';
import { bareHost } from '../../support/engine-host.ts';

// As in a trainer: before any of the functions that a step runs is compiled.
for (const flag of TRAINER_FLAGS) setFlagsFromString(flag);

export const shape = { buyers: 128, options: 512, items: 50 } as const;

export interface ProductStep {
  /** One step; the training value, for the caller to dispose. */
  run(): tf.Scalar;
  dispose(): void;
}

/** A step of the menu auction. @param id the estimator, with its default settings */
export function createProductStep(seed: number, id = 'st-gumbel-softmax'): Promise<ProductStep> {
  const config = {
    items: shape.items,
    options: shape.options,
    batch: shape.buyers,
    learningRate: 0.01,
    temperature: 0.1,
    noise: 0.1,
    valuations: { kind: 'additive', bidders: 10_000 },
  };
  return createSessionStep('menu-auction', config, id, seed);
}

/** A step of any problem, as the trainer does it. @param files of the host, for problems that read some */
export async function createSessionStep(
  problemId: string,
  settings: Readonly<Record<string, unknown>>,
  estimatorId: string,
  seed: number,
  files: Partial<EngineHost> = {},
): Promise<ProductStep> {
  const problem = findProblem(problemId);
  const config = parseConfig(problem, settings);
  const host = {
    ...bareHost,
    ...files,
    now: () => performance.now(),
  };
  const data = await problem.load(config, host);
  const estimator = findEstimator(estimatorId);
  const session = new Session(
    { problem, config, data, estimator, settings: parseSettings(estimator, {}), seed },
    0,
  );
  let step = 0;
  return {
    run: () => session.step(step++, 'value').value,
    dispose: () => session.dispose(),
  };
}
