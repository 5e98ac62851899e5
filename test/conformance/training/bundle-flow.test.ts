/** Flows and menus over flows in the training loop: repeatable, resumable, with a constant number of tensors. */
import * as tf from '@tensorflow/tfjs-core';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/shared/errors.ts';
import { encodeArtefact } from '../../../src/engine/core/artefact.ts';
import { findEstimator, parseSettings } from '../../../src/engine/estimators/registry.ts';
import { flowArtefact } from '../../../src/engine/flows/flow-artefact.ts';
import {
  flowWeightNames,
  flowWeightShapes,
  initialFlow,
  type FlowShape,
} from '../../../src/engine/flows/flow-shape.ts';
import { findProblem, parseConfig } from '../../../src/engine/problems/registry.ts';
import { rootKey } from '../../../src/engine/random/key.ts';
import type { Checkpoint } from '../../../src/engine/training/checkpoint.ts';
import type { TrainingHost } from '../../../src/engine/training/training-host.ts';
import { train } from '../../../src/engine/training/train.ts';
import { bareHost } from '../../support/engine-host.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const shape: FlowShape = {
  items: 3,
  field: 'diagonal',
  width: 6,
  eulerSteps: 5,
  inputCentre: 0.5,
  inputScale: 0.1,
};
const weights = initialFlow(shape, rootKey(4));
const tensors = flowWeightNames.map((name) => ({
  name,
  shape: flowWeightShapes(shape)[name],
  data: weights[name],
}));
const flowFile = encodeArtefact(flowArtefact(shape, tensors), sha256);

async function run(
  id: string,
  raw: object,
  estimatorId: string,
  { cancelAt, resume }: { readonly cancelAt?: number; readonly resume?: Checkpoint } = {},
) {
  const problem = findProblem(id);
  const config = parseConfig(problem, { steps: 10, batch: 8, logEvery: 2, evaluateEvery: 5, ...raw });
  const checkpoints: Checkpoint[] = [];
  const alive: number[] = [];
  let [step, clock] = [0, 0];
  const host: TrainingHost = {
    ...bareHost,
    readBytes: () => Promise.resolve(flowFile),
    sha256,
    now: () => (clock += 25),
    breathe() {
      alive.push(tf.memory().numTensors);
      return step === cancelAt ? Promise.reject(new AppError('cancelled', 'by the test')) : Promise.resolve();
    },
    emit: () => undefined,
    progress: (loop) => (step = loop.step),
    checkpointDue: () => false,
    saveCheckpoint(checkpoint) {
      checkpoints.push(checkpoint);
      return Promise.resolve();
    },
    readEvery: 1,
  };
  const estimator = findEstimator(estimatorId);
  const settings = parseSettings(estimator, {});
  const job = { problem, config, data: await problem.load(config, host), estimator, settings, seed: 3 };
  const before = tf.memory().numTensors;
  await train(job, host, resume && { from: resume, fork: false });
  expect(tf.memory().numTensors, 'every tensor is disposed of in the end').toBe(before);
  return { last: checkpoints.at(-1)!, alive };
}

const flow = { items: 3, width: 6, evaluationPoints: 20, rounding: { weight: 1 } };
const menu = (allocation: object) => ({
  items: 3,
  options: 4,
  valuations: { kind: 'xor', atoms: 2, bidders: 60 },
  allocation: { kind: 'bundle-flow', flow: { path: 'flow' }, support: 2, ...allocation },
});
const cases: [string, string, object, string][] = [
  ['a flow', 'bundle-flow', flow, 'st-gumbel-softmax'],
  ['a flow of full Q, REBAR', 'bundle-flow', { ...flow, field: 'full' }, 'rebar'],
  ['a menu on a flow', 'menu-auction', menu({}), 'softmax'],
  ['a menu with Gumbel bundles', 'menu-auction', menu({ bundleGradient: 'gumbel' }), 'reinforce'],
  ['a menu and its flow', 'menu-auction', menu({ joint: true }), 'reinmax'],
  ['a gated menu', 'menu-auction', menu({ participation: 'gate', bundleGradient: 'none' }), 'rebar'],
];

describe.each(cases)('%s', (_name, problem, raw, estimator) => {
  it('the same seed gives the same bits, resumed or not', async () => {
    const whole = await run(problem, raw, estimator);
    const first = await run(problem, raw, estimator, { cancelAt: 4 });
    const second = await run(problem, raw, estimator, { resume: first.last });
    expect(second.last.tensors).toEqual(whole.last.tensors);
    expect((await run(problem, raw, estimator)).last.tensors).toEqual(whole.last.tensors);
  });

  it('the number of tensors does not change from step to step', async () => {
    const { alive } = await run(problem, raw, estimator);
    expect(new Set(alive.slice(2)).size).toBe(1);
  });

  it('diagnostics measure its gradient', async () => {
    const measured = { ...raw, steps: 2, diagnostics: { every: 2, samples: 32 } };
    await run(problem, measured, estimator);
  });
});
