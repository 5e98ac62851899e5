/**
 * Does a backend train? One step of an estimator of each family on the toy problems, whose noise comes from keys and is the same on
 * every backend: value, gradient and trained numbers have to be those that the cpu backend gives, of which the conformance suite knows
 * that they are right. A kernel that is missing, or wrong, shows here before a run is lost to it.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { EngineHost } from '../../engine/core/engine-host.ts';
import type { EstimatorDefinition } from '../../engine/core/estimator.ts';
import type { ProblemDefinition } from '../../engine/core/problem.ts';
import { exact } from '../../engine/estimators/exact.ts';
import { gumbelSoftmax } from '../../engine/estimators/gumbel-softmax.ts';
import { rebar } from '../../engine/estimators/rebar.ts';
import { reinforce } from '../../engine/estimators/reinforce.ts';
import { reparam } from '../../engine/estimators/reparam.ts';
import { stGumbelSoftmax } from '../../engine/estimators/st-gumbel-softmax.ts';
import { toyCategorical } from '../../engine/problems/toy-categorical/toy-categorical.ts';
import { toyContinuous } from '../../engine/problems/toy-continuous/toy-continuous.ts';
import { Session } from '../../engine/training/session.ts';
import { expectClose } from './expect-close.ts';

/** Relative, above 1. Devices may compute a cosine to 2^-11; what a wrong or missing kernel does is larger. */
const TOLERANCE = 1e-3;

interface Step {
  readonly problem: ProblemDefinition;
  readonly estimator: EstimatorDefinition;
  /** The minibatch's value, the norm of the gradient, and what is trained, after the step. */
  readonly expected: readonly number[];
}

/** One of each family; the expected numbers are those of `stepOf` on the cpu backend (test/conformance/self-test.test.ts). */
export const steps: Readonly<Record<EstimatorDefinition['family'], Step>> = {
  enumeration: {
    problem: toyCategorical,
    estimator: exact,
    expected: [-0.00841, 0.36885, 0.49, -0.26, 1.01, 0.01],
  },
  'score-function': {
    problem: toyCategorical,
    estimator: reinforce,
    expected: [-0.01428, 0.35311, 0.49, -0.26, 1.01, 0.01],
  },
  'control-variate': {
    problem: toyCategorical,
    estimator: rebar,
    expected: [0.32548, 0.44131, 0.49, -0.24, 1.01, 0.01],
  },
  relaxation: {
    problem: toyCategorical,
    estimator: gumbelSoftmax,
    expected: [-0.00071, 0.34063, 0.49, -0.26, 1.01, 0.01],
  },
  'straight-through': {
    problem: toyCategorical,
    estimator: stGumbelSoftmax,
    expected: [-0.21521, 0.21043, 0.49, -0.26, 1.01, 0.01],
  },
  pathwise: { problem: toyContinuous, estimator: reparam, expected: [7.84592, 10.61857, -0.01] },
};

export async function checkSteps(host: EngineHost): Promise<void> {
  for (const [family, step] of Object.entries(steps)) {
    const what = `one step of ${step.estimator.id} (${family})`;
    expectClose(what, await stepOf(step, host), step.expected, TOLERANCE);
  }
}

/** Seed 7, the problem's own config but for eight rows and logits that differ, the estimator's own settings. */
export async function stepOf({ problem, estimator }: Step, host: EngineHost): Promise<number[]> {
  const own = problem === toyCategorical ? { initialLogits: [0.5, -0.25, 1, 0] } : {};
  const config = problem.config.parse({ batch: 8, ...own });
  const data = await problem.load(config, host);
  const settings = estimator.settings.parse({});
  const session = new Session({ problem, config, data, estimator, settings, seed: 7 }, 0);
  const { value, details } = session.step(0, 'details');
  const trained = Object.values(session.instance.parameters);
  const numbers: number[] = [];
  for (const tensor of [value, details['gradientNorm']!, ...trained]) numbers.push(...(await tensor.data()));
  tf.dispose([value, details]);
  session.dispose();
  return numbers;
}
