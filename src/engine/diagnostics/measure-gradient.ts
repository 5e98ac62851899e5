/**
 * What the gradient that a training step would follow is worth: many estimates for the same parameters and minibatch, with
 * noise of their own, against the exact gradient; where the choice has too many values for that, against two independent means
 * of many leave-one-out REINFORCE estimates, which is unbiased (of a continuous choice: pathwise estimates).
 *
 * Nothing here changes parameters, the estimator's state or any stream that training draws from.
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../shared/errors.ts';
import type { Interval } from '../../shared/gradient.ts';
import { emptyState, type EstimatorDefinition, type EstimatorState } from '../core/estimator.ts';
import type { ProblemInstance, StepInput } from '../core/problem.ts';
import { exact } from '../estimators/exact.ts';
import { reinforce } from '../estimators/reinforce.ts';
import { reparam } from '../estimators/reparam.ts';
import { fold, type Key } from '../random/key.ts';
import { GradientStatistics, type Reference } from './gradient-statistics.ts';

/** Each half of a sampled reference: estimates, and samples of z in one of them. */
const REFERENCE_ESTIMATES = 32;
const REFERENCE_SAMPLES = 100;

export interface MeasuredEstimator {
  readonly definition: EstimatorDefinition;
  /** Parsed. */
  readonly settings: unknown;
  readonly state: EstimatorState;
}

export interface MeasuredStep {
  readonly instance: ProblemInstance;
  readonly estimator: MeasuredEstimator;
  readonly input: StepInput;
  /** For the noise of all estimates; of no other use. */
  readonly key: Key;
}

/**
 * Named values for the series of `gradientMetrics`; what could not be measured is absent.
 * @param samples estimates to draw
 * @param breathe called between estimates
 */
export async function measureGradient(
  step: MeasuredStep,
  samples: number,
  breathe: () => Promise<void>,
): Promise<Readonly<Record<string, number>>> {
  const reference = await referenceFor(step, breathe);
  const statistics = new GradientStatistics(reference.first.length, reference);
  for (let n = 0; n < samples; n++) {
    statistics.add(await gradientOf(step, step.estimator, fold(fold(step.key, 'estimate'), n)));
    await breathe();
  }
  const { bias, variance, mse, cosine } = statistics.figures();
  return {
    ...interval('gradientBias', bias),
    ...interval('gradientVariance', variance),
    ...interval('gradientMse', mse),
    ...interval('gradientCosine', cosine),
    ...(reference.first === reference.second
      ? {}
      : { gradientReferenceError: halfDistance(reference.first, reference.second) }),
  };
}

function interval(name: string, found: Interval | null): Record<string, number> {
  if (found === null) return {};
  return { [name]: found.value, [`${name}Low`]: found.low, [`${name}High`]: found.high };
}

async function referenceFor(
  step: MeasuredStep,
  breathe: () => Promise<void>,
): Promise<Reference & { first: Float32Array | Float64Array }> {
  try {
    const only = await gradientOf(step, { definition: exact, settings: {}, state: emptyState }, step.key);
    return { first: only, second: only };
  } catch (error) {
    // Too many values to enumerate.
    if (!(error instanceof AppError) || error.kind !== 'precondition') throw error;
  }
  const first = await meanEstimate(step, fold(step.key, 'first'), breathe);
  return { first, second: await meanEstimate(step, fold(step.key, 'second'), breathe) };
}

async function meanEstimate(
  step: MeasuredStep,
  key: Key,
  breathe: () => Promise<void>,
): Promise<Float64Array> {
  const estimator =
    step.instance.kind === 'continuous'
      ? { definition: reparam, settings: { samples: REFERENCE_SAMPLES }, state: emptyState }
      : {
          definition: reinforce,
          settings: { samples: REFERENCE_SAMPLES, baseline: 'leave-one-out', decay: 0 },
          state: emptyState,
        };
  let sum: Float64Array | undefined;
  for (let n = 0; n < REFERENCE_ESTIMATES; n++) {
    const one = await gradientOf(step, estimator, fold(key, n));
    sum ??= new Float64Array(one.length);
    for (const [i, value] of one.entries()) sum[i] = sum[i]! + value / REFERENCE_ESTIMATES;
    await breathe();
  }
  return sum ?? new Float64Array(0);
}

function halfDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let square = 0;
  for (let i = 0; i < a.length; i++) square += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(square) / 2;
}

/** One estimate of the gradient for all of the problem's parameters, flat; 0 where they have no part in this minibatch. */
async function gradientOf(
  { instance, input }: MeasuredStep,
  { definition, settings, state }: MeasuredEstimator,
  key: Key,
): Promise<Float32Array> {
  const variables = Object.values(instance.parameters);
  const { value, grads } = tf.variableGrads(() => {
    const { choice, objective, temperature } = instance.step(input);
    return definition.estimate({ choice, objective, temperature, key, settings, state }).surrogate;
  }, variables);
  const flat = new Float32Array(variables.reduce((size, variable) => size + variable.size, 0));
  let offset = 0;
  for (const { name, size } of variables) {
    const gradient = grads[name];
    if (gradient !== undefined) flat.set(await gradient.data<'float32'>(), offset);
    offset += size;
  }
  tf.dispose([value, grads]);
  return flat;
}
