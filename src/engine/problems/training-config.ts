/** The part of a problem's config that the training loop reads: every problem's schema spreads it in. */
import { z } from 'zod';
import { keptLimits } from '../../shared/pictures/kept.ts';
import { scheduleSchema, temperatureSchema } from '../../shared/schedule.ts';

const STEPS_DEFAULT = 2000;

const furtherEstimator = z.union(
  [
    z.string().min(1),
    z.strictObject({ id: z.string(), settings: z.record(z.string(), z.unknown()).default({}) }),
  ],
  'expected the id of an estimator, or an object with its id and settings',
);

/** `src/engine/diagnostics/further-estimators.ts` completes it. */
const furtherEstimators = z
  .array(furtherEstimator)
  .max(100)
  .default([])
  .describe(
    "Further estimators that are measured at this run's parameters: their ids, separated by commas; comparison: all of the comparison",
  );

/**
 * Fields of `TrainingConfig` (`core/problem.ts`) with their descriptions and the defaults that all problems share. A problem
 * overrides a default with `trainingShape.batch.default(64)`. `section` (problem, choice or training) and `slider` are hints for forms.
 */
export const trainingShape = {
  steps: z
    .int()
    .min(1)
    .max(100_000_000)
    .default(STEPS_DEFAULT)
    .describe('Optimiser steps of one restart')
    .meta({ section: 'training', slider: { from: 10, to: 100_000, scale: 'log' } }),
  batch: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(128)
    .describe('Rows per minibatch')
    .meta({ section: 'training', slider: { from: 1, to: 4096, scale: 'log' } }),
  learningRate: scheduleSchema
    .default(0.01)
    .describe('Step size of Adam: a constant, or a schedule over the steps of a restart')
    .meta({ section: 'training' }),
  temperature: temperatureSchema
    .default(1)
    .describe('Temperature of the relaxation: a constant, or a schedule over the steps of a restart')
    .meta({ section: 'choice' }),
  gradientClip: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe("Largest norm of the gradient with respect to the problem's parameters; null: not bounded")
    .meta({ section: 'training' }),
  logEvery: z
    .int()
    .min(1)
    .default(10)
    .describe('Steps between two points of the training curves')
    .meta({ section: 'training' }),
  evaluateEvery: z
    .int()
    .min(1)
    .default(100)
    .describe('Steps between two hard evaluations')
    .meta({ section: 'training' }),
  checkpointSeconds: z
    .number()
    .min(0.05)
    .max(86_400)
    .default(30)
    .describe('Seconds between two checkpoints')
    .meta({ section: 'training' }),
  restarts: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe('Trainings from fresh parameters, one after the other; the best by validation is kept')
    .meta({ section: 'training' }),
  earlyStopping: z
    .strictObject({
      patience: z.int().min(1).describe('Evaluations without an improvement after which a restart ends'),
      minDelta: z.number().min(0).default(0).describe('An improvement is larger than this'),
    })
    .nullable()
    .default(null)
    .describe(
      'Ends a restart that no longer improves on the validation split, and keeps its best; null: never',
    )
    .meta({ section: 'training' }),
  maxEvaluations: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Evaluations of f after which the run ends, over all restarts, so that estimators can be compared at equal cost; schedules still span the steps; null: not bounded',
    )
    .meta({ section: 'training' }),
  maxSeconds: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe(
      'Seconds of training, without pauses, after which the run ends; how far it gets depends on the machine and on its other work; null: not bounded',
    )
    .meta({ section: 'training' }),
  diagnostics: z
    .strictObject({
      every: z.int().min(1).default(100).describe('Steps between two measurements'),
      samples: z
        .int()
        .min(32)
        .max(1_000_000)
        .default(64)
        .describe('Estimates of the gradient that one measurement draws, each at the cost of a step'),
      estimators: furtherEstimators,
    })
    .nullable()
    .default(null)
    .describe(
      'Measures bias, variance, MSE and cosine similarity of the gradient estimate against the exact gradient during training, without changing it; null: never',
    )
    .meta({ section: 'training' }),
} as const;

/** What the config of a problem that has pictures has beside `trainingShape`. */
export const picturesShape = {
  picturesEvery: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      `Steps between two pictures kept of the run, in addition to those of its first step and its end; null: none. A run keeps ${keptLimits.bytes / 2 ** 20} MiB of them, compressed, and ${keptLimits.steps} steps of each: beyond that they are thinned out evenly`,
    )
    .meta({ section: 'training' }),
} as const;
