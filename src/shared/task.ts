/** A task: one run that another engine trains (docs/adr/0026). Its spec file has everything that determines the run's numbers. */
import { z } from 'zod';
import { saidSchema } from './contract/texts.ts';
import { comparisonRecordSchema, runRecordSchema } from './run.ts';
import { seriesNameSchema } from './series.ts';

export const TASK_SPEC_VERSION = 1;

/** Files of a task folder. */
export const taskFiles = {
  messages: 'messages.jsonl',
  control: 'control.json',
  output: 'output.txt',
  claim: 'claim.json',
} as const;

/**
 * Beside `specs`, where the machines do not share their files: where the input files of its tasks are, relative to it, by the path that their
 * configs name. The record of a run keeps that path.
 */
export const INPUTS_FILE = 'inputs.json';

/** What the first steps of a run come to on the machine of the studio, to find hosts that compute otherwise. */
export const canarySchema = z.strictObject({
  steps: z.int().positive(),
  /** SHA-256, hexadecimal, of the parameters after them. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Model of the processor that computed them. */
  cpu: saidSchema(500),
});
export type Canary = z.infer<typeof canarySchema>;

export const taskSpecSchema = z.strictObject({
  version: z.literal(TASK_SPEC_VERSION),
  /** Of the submission. */
  token: z.string().regex(/^[a-z0-9]{10}$/),
  task: z.int().nonnegative(),
  /** Version of the studio that wrote it; another one may train other numbers, and says so. */
  studio: z.string(),
  run: runRecordSchema,
  comparison: comparisonRecordSchema,
  /** Reference lines of the run, by stored name: alerts go by those that are bounds. */
  lines: z.record(seriesNameSchema, z.number()),
  /** Null: nobody measured, as bits differ between devices anyway. */
  canary: canarySchema.nullable(),
  /** Absolute paths of the user's files and folders that the config names. */
  inputs: z.array(z.string()).default([]),
});
export type TaskSpec = z.infer<typeof taskSpecSchema>;

/** What the studio asks of a task that is under way, in a file beside its messages. */
export const taskControlSchema = z.strictObject({
  /** `stop`: with a checkpoint, for good. `pause` keeps its place on the engine. */
  ask: z.enum(['stop', 'pause', 'resume']),
  reason: z.string(),
});
export type TaskControl = z.infer<typeof taskControlSchema>;
