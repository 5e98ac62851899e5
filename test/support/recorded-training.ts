/** Training runs on the toy problem, with all that they report: no files, no clock but one that counts its calls. */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { PictureDefinition } from '../../src/engine/core/capabilities.ts';
import type { ProblemDefinition, TrainingConfig } from '../../src/engine/core/problem.ts';
import { findEstimator, parseSettings } from '../../src/engine/estimators/registry.ts';
import type { Checkpoint } from '../../src/engine/training/checkpoint.ts';
import { train } from '../../src/engine/training/train.ts';
import type {
  TrainingDevice,
  TrainingHost,
  TrainingOutcome,
} from '../../src/engine/training/training-host.ts';
import type { Alert } from '../../src/shared/health.ts';
import { AppError } from '../../src/shared/errors.ts';
import { toyConfig, toyProblem } from './toy-problem.ts';
import { bareHost } from './engine-host.ts';

export type Points = Map<string, [number, number][]>;

export interface Recorded {
  readonly outcome: TrainingOutcome | undefined;
  readonly error: unknown;
  readonly points: Points;
  readonly checkpoints: readonly Checkpoint[];
  readonly tensors: readonly number[];
  readonly log: readonly string[];
  /** Kept pictures: step, name, note. */
  readonly pictures: readonly (readonly [number, string, string])[];
  /** As they were told last. */
  readonly alerts: readonly Alert[];
}

export interface Recording {
  /** Absent: the toy. */
  readonly problem?: ProblemDefinition;
  /** Absent: null. */
  readonly data?: unknown;
  readonly config?: object;
  readonly estimator?: string;
  readonly settings?: Record<string, unknown>;
  readonly seed?: number;
  readonly explodeAt?: number;
  readonly remembers?: boolean;
  readonly resume?: Checkpoint | undefined;
  /** `resume` is another run's. */
  readonly fork?: boolean;
  /** Of an attempt that goes on with a fork. */
  readonly firstStep?: number;
  readonly cancelAt?: number;
  readonly checkpointAt?: number;
  readonly readEvery?: number;
  readonly device?: TrainingDevice;
  readonly pictures?: readonly PictureDefinition<TrainingConfig>[];
  readonly lines?: Readonly<Record<string, number>>;
}

/** Trains the toy under a clock that counts calls, so that every time-driven branch runs the same way each time. */
export async function record(options: Recording = {}): Promise<Recorded> {
  const points: Points = new Map();
  const checkpoints: Checkpoint[] = [];
  const tensors: number[] = [];
  const log: string[] = [];
  const pictures: [number, string, string][] = [];
  let alerts: readonly Alert[] = [];
  let step = 0;
  let clock = 0;
  const host: TrainingHost = {
    ...bareHost,
    log: (_level, message) => log.push(message),
    now: () => (clock += 25),
    breathe: () => {
      tensors.push(tf.memory().numTensors);
      return step === options.cancelAt
        ? Promise.reject(new AppError('cancelled', 'by the test'))
        : Promise.resolve();
    },
    emit: (at, values) => {
      for (const [name, value] of Object.entries(values)) {
        points.set(name, [...(points.get(name) ?? []), [at, value]]);
      }
    },
    progress: (loop) => {
      step = loop.step;
    },
    checkpointDue: () => step === options.checkpointAt,
    saveCheckpoint: (checkpoint) => {
      checkpoints.push(checkpoint);
      return Promise.resolve();
    },
    readEvery: options.readEvery ?? 1,
    ...(options.device && { device: options.device }),
    alerts: (told) => (alerts = told),
    keepPicture: (at, name, { note }) => pictures.push([at, name, note]),
  };
  const estimator = findEstimator(options.estimator ?? 'st-gumbel-softmax');
  const job = {
    problem: {
      ...(options.problem ?? toyProblem(options.explodeAt, options.remembers)),
      ...(options.pictures && { pictures: options.pictures }),
    },
    config: { ...toyConfig, ...options.config },
    data: options.data ?? null,
    estimator,
    settings: parseSettings(estimator, options.settings ?? {}),
    seed: options.seed ?? 1,
    ...(options.lines && { lines: options.lines }),
  };
  const before = tf.memory().numTensors;
  let outcome: TrainingOutcome | undefined;
  let error: unknown;
  try {
    const { resume: from, fork = false, firstStep } = options;
    outcome = await train(
      job,
      host,
      from === undefined ? undefined : { from, fork, ...(firstStep !== undefined && { firstStep }) },
    );
  } catch (caught) {
    error = caught;
  }
  expect(tf.memory().numTensors, 'every tensor is disposed of in the end').toBe(before);
  points.delete('seconds');
  return { outcome, error, points, checkpoints, tensors, log, pictures, alerts };
}

/** REINFORCE with an estimator state. */
export const movingAverage = {
  estimator: 'reinforce',
  settings: { baseline: 'moving-average' },
} satisfies Recording;
