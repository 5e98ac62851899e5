/** From a form to running trainers. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { choiceTypeSchema } from '../choice.ts';
import { experimentRequestSchema } from '../experiment.ts';
import { backendNameSchema, comparisonRecordSchema } from '../run.ts';
import { dataPreviewSchema, preparationStageSchema } from '../jobs.ts';
import { procedure } from './procedure.ts';
import { runSummarySchema } from './run-summary.ts';

/** The request as the form has it, right or wrong: `check` says what is wrong with it. */
const draftSchema = z.record(z.string(), z.unknown());

/** What estimators have to support: one entry for each choice that the variants make, as far as it can be told. */
const choices = z.array(choiceTypeSchema);

const checkedSchema = z.discriminatedUnion('valid', [
  z.strictObject({
    valid: z.literal(false),
    choices,
    /** `path` is dotted and begins with the request's key: `config.options`, `settings.reinforce.samples`, `seeds`. */
    issues: z.array(z.strictObject({ path: z.string(), message: z.string() })).min(1),
  }),
  z.strictObject({
    valid: z.literal(true),
    choices,
    problem: z.string(),
    preset: z.string().nullable(),
    /** Complete, defaults filled in. */
    config: z.record(z.string(), z.unknown()),
    /** Complete settings by estimator. */
    settings: z.record(z.string(), z.record(z.string(), z.unknown())),
    estimators: z.array(z.string()),
    seeds: z.array(z.int()),
    /** Names of the variants; empty: one, without a name. Config and settings are those of the first. */
    variants: z.array(z.string()),
    /** Which variants have no runs with which estimators, as these cannot take their choice; null: all have all. */
    leftOut: z.string().nullable(),
    /** Steps of one run, all restarts together; the most of all variants. */
    steps: z.int(),
    /** Of all variants together. */
    runs: z.int(),
    /** Bytes that one run needs at least, the most of all variants, and the machine's memory. */
    memory: z.number(),
    machineMemory: z.number(),
    /** The same experiment on the command line. */
    command: z.string(),
    /** The run that its runs are forks of, and the step at which they begin; null: at step 0. */
    parent: z.strictObject({ run: z.string(), name: z.string(), step: z.int() }).nullable(),
  }),
]);
export type CheckedExperiment = z.infer<typeof checkedSchema>;

const estimateSchema = z.strictObject({
  backend: backendNameSchema,
  /** Numbers that are trained in one run of the first variant. */
  parameters: z.int(),
  /**
   * By estimator, of the first variant that has it, measured over about a second each, alone on the machine as it is now: steps of all
   * runs that a trainer trains together.
   */
  stepsPerSecond: z.record(z.string(), z.number()),
  /** By estimator, how many these are; 1: each run by itself. */
  together: z.record(z.string(), z.int()),
  /** Trainers at once. */
  concurrency: z.int(),
  /** All runs, hard evaluations not counted. */
  seconds: z.number(),
});
export type Estimate = z.infer<typeof estimateSchema>;

const startEventSchema = z.discriminatedUnion('type', [
  /** The first event: everything is checked and written down, and goes on whether or not anybody listens. */
  z.strictObject({ type: z.literal('accepted'), operation: z.string() }),
  /** Each stage when it begins and when it is done; some go on at the same time. */
  z.strictObject({ type: z.literal('preparing'), ...preparationStageSchema.shape }),
  /** The last event; a sweep that an earlier version began has one per comparison. */
  z.strictObject({
    type: z.literal('started'),
    comparison: comparisonRecordSchema,
    runs: z.array(runSummarySchema),
  }),
]);
export type StartEvent = z.infer<typeof startEventSchema>;

export const experimentsContract = {
  /** Milliseconds; starts nothing. Files are not read: only `start` knows whether they are what they should be. */
  check: procedure.input(draftSchema).output(checkedSchema),
  /** Reads the data and says what was read; starts nothing. */
  preview: procedure.input(experimentRequestSchema).output(dataPreviewSchema),
  /** Reads the data and trains each estimator for about a second (some seconds in all). A newer call cancels an older one. */
  estimate: procedure.input(experimentRequestSchema).output(estimateSchema),
  /**
   * The request for the runs of a guide to the temperature, for what the form has; starts nothing. Its seeds are those of a guide, not of
   * the form.
   */
  guide: procedure.input(experimentRequestSchema).output(
    z.strictObject({
      request: experimentRequestSchema,
      runs: z.int(),
      /** Of a restart. */
      steps: z.int(),
      wholeSteps: z.int(),
      /** Estimators of the form that read no temperature. */
      leftOut: z.array(z.string()),
    }),
  ),
  /**
   * Reads the data, computes the reference lines, stores the comparison and queues its runs. It is an operation: whoever ends the stream ends only the stream, `operations.cancel` cancels it. The stream fails
   * where nothing could be started.
   */
  start: procedure.input(experimentRequestSchema).output(eventIterator(startEventSchema)),
};
