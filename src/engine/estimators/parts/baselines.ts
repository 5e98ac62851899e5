/**
 * What REINFORCE subtracts from f. None of them depends on the sample whose f it is subtracted from, so that the estimate stays
 * unbiased. Sources: `reinforce.ts`.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { emptyState, type Estimate, type EstimatorState, type StateContext } from '../../core/estimator.ts';
import type { Issue } from '../../../shared/errors.ts';
import { detached, stopGradient } from '../../core/gradient-flow.ts';
import { fold } from '../../random/key.ts';
import { initNetwork, network } from './network.ts';
import type { ScoreSamples } from './score-samples.ts';

/** Of an estimator that subtracts one of them. */
export const baselineSettings = {
  baseline: z
    .enum(['none', 'moving-average', 'optimal', 'leave-one-out', 'self-critical', 'learned'])
    .default('moving-average')
    .describe(
      'What is subtracted from f: nothing, the average of earlier steps, the constant of least variance, the mean of the other samples, f at the most probable choice, or what a learned baseline expects (NVIL)',
    ),
  decay: z
    .number()
    .min(0)
    .lt(1)
    .default(0.99)
    .describe('Share of the running averages that is kept at each step'),
  input: z
    .enum(['none', 'probabilities'])
    .default('probabilities')
    .describe(
      'What the learned baseline sees: nothing (one number for all rows), or the probabilities of the row, which a continuous choice does not have',
    ),
  loss: z
    .enum(['squared-error', 'variance'])
    .default('squared-error')
    .describe('What the learned baseline lowers: its distance to f, or the variance of the estimate'),
  hidden: z.int().min(1).max(256).default(16).describe('Hidden units of the learned baseline'),
};

export type BaselineSettings = Readonly<z.infer<z.ZodObject<typeof baselineSettings>>>;

export interface BaselineInput {
  /** f at the most probable z, [B]. */
  valueOfMode(): tf.Tensor;
  /** M samples, and f of them, [M, B]. */
  readonly samples: ScoreSamples;
  readonly values: tf.Tensor;
  readonly state: EstimatorState;
  readonly settings: BaselineSettings;
}

export interface Baseline extends Pick<Estimate, 'sideLoss' | 'nextBuffers'> {
  /** Broadcasts against [M, B]; absent: 0. */
  readonly rows?: tf.Tensor;
  /** Evaluations of f that it took, per row. */
  readonly evaluations: number;
}

export function initBaseline(context: StateContext<BaselineSettings>): EstimatorState {
  if (context.stages === undefined) return initOne(context);
  const states = context.stages.map((sizes, s) => {
    const { parameters, buffers } = initOne({ ...context, ...sizes, key: fold(context.key, s) });
    return { parameters: ofStage(parameters, s), buffers: ofStage(buffers, s) };
  });
  return {
    parameters: Object.assign(
      {},
      ...states.map(({ parameters }) => parameters),
    ) as EstimatorState['parameters'],
    buffers: Object.assign({}, ...states.map(({ buffers }) => buffers)) as EstimatorState['buffers'],
  };
}

/** The names of one stage's state, among those of all stages. */
function ofStage<T>(record: Readonly<Record<string, T>>, s: number): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [`stage${s + 1}.${name}`, value]));
}

/** The state of one stage under the names that a choice of one stage has. */
function stateOfStage({ parameters, buffers }: EstimatorState, s: number): EstimatorState {
  const prefix = `stage${s + 1}.`;
  const own = (record: Readonly<Record<string, tf.Variable>>) =>
    Object.fromEntries(
      Object.entries(record).flatMap(([name, variable]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), variable]] : [],
      ),
    );
  return { parameters: own(parameters), buffers: own(buffers) };
}

/** The baseline of stage s, with a state of its own; `state` is that of all stages. */
export function baselineOfStage(s: number, input: BaselineInput): Baseline {
  const { nextBuffers, ...rest } = baselineFor({ ...input, state: stateOfStage(input.state, s) });
  return { ...rest, ...(nextBuffers && { nextBuffers: ofStage(nextBuffers, s) }) };
}

function initOne({ kind, latents, classes, settings, key }: StateContext<BaselineSettings>): EstimatorState {
  const zero = () => tf.tidy(() => tf.variable(tf.scalar(0)));
  switch (settings.baseline) {
    case 'moving-average':
    case 'optimal':
      return { parameters: {}, buffers: { sum: zero(), weight: zero() } };
    case 'learned': {
      if (settings.input === 'none') return { parameters: { constant: zero() }, buffers: {} };
      const inputs = kind === 'categorical' ? latents * classes : latents;
      return { parameters: initNetwork(fold(key, 'baseline'), inputs, settings.hidden), buffers: {} };
    }
    case 'none':
    case 'leave-one-out':
    case 'self-critical':
      return emptyState;
  }
}

/** What of these settings a continuous choice has no answer to. */
export function continuousIssue({ baseline, input }: BaselineSettings): Issue | undefined {
  if (baseline === 'self-critical') {
    return {
      path: 'baseline',
      message:
        'the self-critical baseline needs a most probable choice, which a continuous choice does not have; choose another baseline',
    };
  }
  if (baseline === 'learned' && input === 'probabilities') {
    return {
      path: 'input',
      message:
        'a continuous choice has no probabilities that a learned baseline could see; set input to none',
    };
  }
  return undefined;
}

export function baselineFor(input: BaselineInput): Baseline {
  const { samples, values, state, settings } = input;
  switch (settings.baseline) {
    case 'none':
      return { evaluations: 0 };
    case 'moving-average':
      return averaged(state, settings.decay, values, tf.scalar(1));
    case 'optimal':
      return averaged(state, settings.decay, values, samples.squaredScores());
    case 'leave-one-out':
      return { rows: meanOfOthers(values), evaluations: 0 };
    case 'self-critical':
      return { rows: detached(() => tf.clone(input.valueOfMode())), evaluations: 1 };
    case 'learned':
      return learned(input);
  }
}

/**
 * Mean of f over earlier steps with these weights: 1, or the squared score |s|^2, which gives the constant of least variance,
 * E f |s|^2 / E |s|^2. 0 at the first step.
 */
function averaged(state: EstimatorState, decay: number, values: tf.Tensor, weights: tf.Tensor): Baseline {
  const { sum, weight } = state.buffers;
  const next = (old: tf.Tensor, fresh: () => tf.Tensor) =>
    detached(() => tf.add(tf.mul(old, decay), tf.mul(tf.mean(fresh()), 1 - decay)));
  return {
    // Weight 0, before the first step: 0 / tiny = 0.
    rows: detached(() => tf.div(sum!, tf.maximum(weight!, 1e-30))),
    evaluations: 0,
    nextBuffers: {
      sum: next(sum!, () => tf.mul(values, weights)),
      weight: next(weight!, () => weights),
    },
  };
}

function meanOfOthers(values: tf.Tensor): tf.Tensor {
  const samples = values.shape[0];
  return detached(() => tf.mul(tf.sub(tf.sum(values, 0, true), values), 1 / (samples - 1)));
}

/** A constant or a network; trained towards f, or towards a small square of the estimate, (f - b)^2 |s|^2. */
function learned({ samples, values, state, settings }: BaselineInput): Baseline {
  // From bits as from values: between -1 and 1.
  const seen = () => stopGradient(tf.sub(tf.mul(samples.probabilities!, 2), 1));
  const guess = settings.input === 'none' ? state.parameters['constant']! : network(state, seen());
  // Samples with laws of their own have a guess each.
  const rows = guess.size > values.shape.at(-1)! ? tf.reshape(guess, values.shape) : guess;
  const errors = tf.square(tf.sub(stopGradient(values), rows));
  const loss = settings.loss === 'variance' ? tf.mul(errors, samples.squaredScores()) : errors;
  return { rows: stopGradient(rows), evaluations: 0, sideLoss: tf.mean<tf.Scalar>(loss) };
}
