/**
 * What the gradient that a training step would follow is worth: many estimates for the same parameters and minibatch, with
 * noise of their own, against the exact gradient; where the choice has too many values for that, against two independent means
 * of many leave-one-out REINFORCE estimates, which is unbiased (of a continuous choice: pathwise estimates, unless f jumps).
 *
 * Nothing here changes parameters, the estimator's state or any stream that training draws from.
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../shared/errors.ts';
import { estimatorSeries } from '../../shared/series.ts';
import { emptyState, type EstimatorDefinition, type EstimatorState } from '../core/estimator.ts';
import { leavingNoTape } from '../core/gradient-flow.ts';
import type { AnyProblemInstance, StepInput } from '../core/problem.ts';
import { exact } from '../estimators/exact.ts';
import { gradient } from '../estimators/gradient.ts';
import { reinforce } from '../estimators/reinforce.ts';
import { reparam } from '../estimators/reparam.ts';
import { fold, type Key } from '../random/key.ts';
import { GradientStatistics, type Reference } from './gradient-statistics.ts';
import { learnState } from './learned-state.ts';

/** Each half of a sampled reference: estimates, and samples of z in one of them. */
const REFERENCE_ESTIMATES = 32;
const REFERENCE_SAMPLES = 100;

/** Of what a further estimator learns, at each measurement. */
const LEARNING_STEPS = 100;
const LEARNING_RATE = 0.01;

export interface MeasuredEstimator {
  readonly definition: EstimatorDefinition;
  /** Parsed. */
  readonly settings: unknown;
  readonly state: EstimatorState;
}

export interface MeasuredStep {
  readonly instance: AnyProblemInstance;
  readonly estimator: MeasuredEstimator;
  /** Others, which are measured with a state that they learn at these parameters. */
  readonly further: readonly Omit<MeasuredEstimator, 'state'>[];
  readonly input: StepInput;
  /** For the noise of all estimates; of no other use. */
  readonly key: Key;
}

export interface MeasurementHost {
  /** Called between estimates. */
  breathe(): Promise<void>;
  /** Told of a further estimator that this f or this many values exclude. */
  excluded(id: string, reason: string): void;
}

/**
 * Named values for the series of `gradientMetrics`, those of further estimators as `estimatorSeries`; what could not be measured
 * is absent.
 * @param samples estimates to draw, of each estimator
 */
export async function measureGradient(
  step: MeasuredStep,
  samples: number,
  host: MeasurementHost,
): Promise<Readonly<Record<string, number>>> {
  const reference = await referenceFor(step, () => host.breathe());
  const values: Record<string, number> = {};
  if (reference.first !== reference.second) {
    values['gradientReferenceError'] = halfDistance(reference.first, reference.second);
  }
  const measure = async (estimator: MeasuredEstimator, key: Key, nameOf: (metric: string) => string) => {
    const statistics = new GradientStatistics(reference.first.length, reference);
    for (let n = 0; n < samples; n++) {
      statistics.add(await gradientOf(step, estimator, fold(fold(key, 'estimate'), n)));
      await host.breathe();
    }
    const { bias, variance, mse, cosine } = statistics.figures();
    const found = {
      gradientBias: bias,
      gradientVariance: variance,
      gradientMse: mse,
      gradientCosine: cosine,
    };
    for (const [metric, interval] of Object.entries(found)) {
      if (interval === null) continue;
      values[nameOf(metric)] = interval.value;
      const { low, high } = interval;
      if (low !== null) values[nameOf(`${metric}Low`)] = low;
      if (high !== null) values[nameOf(`${metric}High`)] = high;
    }
  };
  await measure(step.estimator, step.key, (metric) => metric);
  for (const other of step.further) {
    const { id } = other.definition;
    const key = fold(fold(step.key, 'further'), id);
    try {
      await withLearnedState(step, other, fold(key, 'state'), host, (estimator) =>
        measure(estimator, key, (metric) => estimatorSeries(metric, id)),
      );
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'precondition') throw error;
      host.excluded(id, error.message);
    }
  }
  return values;
}

/** A state of its own, which takes its steps at the run's parameters and is gone afterwards. */
async function withLearnedState(
  { instance, input }: MeasuredStep,
  { definition, settings }: Omit<MeasuredEstimator, 'state'>,
  key: Key,
  host: MeasurementHost,
  use: (estimator: MeasuredEstimator) => Promise<void>,
): Promise<void> {
  const { kind, latents, classes, stages } = instance;
  const sizes = { kind, latents, classes, ...(stages && { stages }) };
  const state = definition.init?.({ ...sizes, settings, key: fold(key, 'init') }) ?? emptyState;
  const own = [...Object.values(state.parameters), ...Object.values(state.buffers)];
  const estimator = { definition, settings, state };
  try {
    await learnState(estimator, () => instance.step(input), {
      steps: own.length === 0 ? 0 : LEARNING_STEPS,
      rate: LEARNING_RATE,
      key: fold(key, 'step'),
      breathe: () => host.breathe(),
    });
    await use(estimator);
  } finally {
    tf.dispose(own);
  }
}

async function referenceFor(
  step: MeasuredStep,
  breathe: () => Promise<void>,
): Promise<Reference & { first: Float32Array | Float64Array }> {
  try {
    const definition = step.instance.kind === 'none' ? gradient : exact;
    const only = await gradientOf(step, { definition, settings: {}, state: emptyState }, step.key);
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
    step.instance.kind === 'continuous' && isRelaxable(step)
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

function isRelaxable({ instance, input }: MeasuredStep): boolean {
  return tf.tidy(() => {
    const { objective } = instance.step(input);
    return 'relaxable' in objective && objective.relaxable;
  });
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
  const { value, grads } = leavingNoTape(() =>
    tf.variableGrads(
      () => definition.estimate({ ...instance.step(input), key, settings, state }).surrogate,
      variables,
    ),
  );
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
