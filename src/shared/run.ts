/** Runs and comparisons as the store keeps them and every host shows them. */
import { z } from 'zod';
import {
  idSchema,
  identifierSchema,
  keptNameSchema,
  nameSchema,
  notesSchema,
  saidSchema,
  tagsSchema,
} from './contract/texts.ts';
import { verdictPlanSchema } from './contract/verdict.ts';
import { elsewhereSchema } from './elsewhere.ts';
import { executorSchema } from './executor.ts';
import { guideSchema } from './guide.ts';
import { alertsSchema } from './health.ts';
import { keptSolutionSchema } from './menus/exact-menu.ts';
import { pairingSchema } from './pairing.ts';
import { seriesNameSchema } from './series.ts';
import { solutionKey } from './solution.ts';
import { confirmsSchema, sweepPlanSchema } from './sweep/request.ts';
import { timestampSchema } from './timestamp.ts';

export const runStates = [
  'queued',
  'running',
  'paused',
  'completed',
  'stopped',
  'failed',
  'interrupted',
] as const;
export const runStateSchema = z.enum(runStates);
export type RunState = z.infer<typeof runStateSchema>;

/** What a live run is about to do: its reason until it is done. */
export const underWay = {
  starting: 'the trainer starts and reads its data',
  pausing: 'it pauses after the step under way',
  stopping: 'it stops after the step under way, with a checkpoint',
} as const;
type UnderWay = keyof typeof underWay;

/** The state as a person is told it: "pausing" while a running run is about to pause. */
export function shownState<S extends string>({ state, reason }: { state: S; reason: string }): S | UnderWay {
  if (!liveStates.some((live) => live === state)) return state;
  const words = Object.keys(underWay) as UnderWay[];
  return words.find((word) => underWay[word] === reason) ?? state;
}

/** States in which a trainer process holds the run. */
export const liveStates: readonly RunState[] = ['running', 'paused'];
/** States of a run that its studio works on, or will. */
export const pendingStates: readonly RunState[] = ['queued', ...liveStates];
/** States in which a run can be stopped; an interrupted one is then no longer offered. */
export const stoppableStates: readonly RunState[] = [...pendingStates, 'interrupted'];
/** States from which `resume` can go on with the run. */
export const resumableStates: readonly RunState[] = ['interrupted', 'stopped', 'paused', 'queued', 'failed'];

export const backendNames = ['tensorflow-gpu', 'webgpu', 'tensorflow', 'wasm', 'cpu'] as const;
export const backendNameSchema = z.enum(backendNames);
export type BackendName = z.infer<typeof backendNameSchema>;

/** Last values; a metric that was not (or could not be) measured is absent, never 0. JSON has no NaN: null. */
export const metricsSchema = z.record(seriesNameSchema, z.number().nullable());
export type Metrics = z.infer<typeof metricsSchema>;

/** What determines a run's numbers: replaying it with the same backend gives the same ones. */
export const runSpecSchema = z.object({
  problem: identifierSchema,
  /** Complete config, defaults filled in. */
  config: z.record(z.string(), z.unknown()),
  estimator: identifierSchema,
  /** Complete settings, defaults filled in. */
  settings: z.record(z.string(), z.unknown()),
  seed: z.int().nonnegative(),
  backend: backendNameSchema,
});
export type RunSpec = z.infer<typeof runSpecSchema>;

/**
 * Name of a variant of a comparison. `name:key=value` names it and says what it changes (`shared/assignments.ts`): a name that
 * reads as both could not be written so.
 */
export const variantNameSchema = nameSchema.refine(
  (name) => !/:[A-Za-z_][\w.-]*=/.test(name),
  'the name of a variant must not contain ":key=", which begins what the variant changes',
);

const machine = saidSchema(500);

/** Where a run ran: enough to explain why two machines may differ. */
export const environmentSchema = z.object({
  studioVersion: machine,
  node: machine,
  platform: machine,
  arch: machine,
  cpu: machine,
  backend: machine,
  backendVersion: machine,
  device: machine,
  /** Runs that its trainer began with, this one included, to train them together (`sharersOf` says how many shared its seconds). Absent: it was alone. */
  together: z.int().min(2).optional(),
});
export type Environment = z.infer<typeof environmentSchema>;

/**
 * What a fork took over from its parent. `everything`: it goes on as its parent would. `state`: parameters, optimiser and
 * estimator. `parameters`: nothing else.
 */
export const carriedSchema = z.enum(['everything', 'state', 'parameters']);
export type Carried = z.infer<typeof carriedSchema>;

/** The run whose checkpoint a fork began from, as it was then: it may have trained on, or be gone. */
export const parentSchema = z.object({
  run: idSchema,
  name: nameSchema,
  estimator: identifierSchema,
  /** Of the checkpoint: the fork's first. */
  step: z.int().nonnegative(),
  carried: carriedSchema,
});
export type Parent = z.infer<typeof parentSchema>;

/** By what a person finds a run where an executor trains it, or trained it last; null: not known. */
export const runTaskSchema = z.object({
  /** Token of its submission, which is in the names of its jobs. */
  submission: machine,
  job: machine.nullable(),
  host: machine.nullable(),
});
export type RunTask = z.infer<typeof runTaskSchema>;

export const progressSchema = z.object({
  /** Steps done of `steps`. */
  step: z.int().nonnegative(),
  steps: z.int().nonnegative(),
  /** Training time so far without pauses, all attempts together. */
  seconds: z.number().nonnegative(),
  /** While the run is running, over its last 3 seconds; else over all of its training (`trainingSpeed`). */
  stepsPerSecond: z.number().nonnegative(),
  /** Evaluations of f so far, summed over the rows of all minibatches. */
  evaluations: z.number().nonnegative(),
});

/**
 * A run, as it is stored, written into files, read from files of others and shown: one schema, so that whatever was taken in can be
 * listed, streamed and shown.
 */
export const runRecordSchema = z.object({
  id: idSchema,
  comparison: idSchema,
  name: nameSchema,
  spec: runSpecSchema,
  state: runStateSchema,
  /** Why the run is in this state, one sentence; empty where the state says it all. */
  reason: saidSchema(10_000),
  ...progressSchema.shape,
  metrics: metricsSchema,
  environment: environmentSchema.nullable(),
  createdAt: timestampSchema,
  startedAt: timestampSchema.nullable(),
  endedAt: timestampSchema.nullable(),
  notes: notesSchema,
  tags: tagsSchema,
  /** When it was put out of sight; null: it was not. */
  archivedAt: timestampSchema.nullable().default(null),
  /** Null: it began at step 0. */
  parent: parentSchema.nullable().default(null),
  /** Name of its variant; null: its comparison has none. */
  variant: variantNameSchema.nullable().default(null),
  /** Null until its trainer has read the data, and of runs of earlier versions. */
  pairing: pairingSchema.nullable().default(null),
  /** On its health, in the order in which they were raised; of versions before 0.6 none. */
  alerts: alertsSchema.default([]),
  /** Null: no executor has begun with it. */
  task: runTaskSchema.nullable().default(null),
});
export type RunRecord = z.infer<typeof runRecordSchema>;

/** Of a run that early stopping or a spent budget cut short: planned steps that were never trained, although `step` counts them. */
export const SKIPPED_STEPS = 'skippedSteps';

type Speed = Pick<RunRecord, 'state' | 'step' | 'seconds' | 'stepsPerSecond' | 'metrics'>;

/**
 * Steps a second as every page, table and file has it: steps trained divided by seconds of training, over all attempts (of a
 * fork with its parent's before it); 0 before any. Of a running run what its trainer says of the last 3 seconds.
 */
export function trainingSpeed({ state, step, seconds, stepsPerSecond, metrics }: Speed): number {
  if (state === 'running') return stepsPerSecond;
  const speed = Math.max(0, step - (metrics[SKIPPED_STEPS] ?? 0)) / seconds;
  // Of a file that says 1e-320 seconds, or of a run without any, there is no speed that a page could show.
  return Number.isFinite(speed) ? speed : 0;
}

const baselinesSchema = z.record(seriesNameSchema, z.number());

export const comparisonRecordSchema = z.object({
  id: idSchema,
  name: keptNameSchema,
  problem: identifierSchema,
  preset: identifierSchema.nullable(),
  backend: backendNameSchema,
  /** Reference lines that are true of every variant; null until they are computed. */
  baselines: baselinesSchema.nullable(),
  /** Reference lines of single variants, where those differ. */
  variantBaselines: z
    .array(z.object({ variant: variantNameSchema, baselines: baselinesSchema }))
    .refine(
      (rows) => new Set(rows.map(({ variant }) => variant)).size === rows.length,
      'two entries are of the same variant',
    )
    .default([]),
  /** What solvers found that a person asked for since. */
  exact: z
    .array(keptSolutionSchema)
    .refine((rows) => new Set(rows.map(solutionKey)).size === rows.length, 'two entries have the same name')
    .default([]),
  /** What its verdict judges, fixed before the first run; null: of an earlier version, as usual. */
  verdict: verdictPlanSchema.nullable().default(null),
  /** What scripts say of it whose runs it has; null: a studio trained them. */
  elsewhere: elsewhereSchema.nullable().default(null),
  /** How its variants were chosen, and what ends runs of them early; null: nobody swept. */
  sweep: sweepPlanSchema.nullable().default(null),
  /** The sweep whose winner it trains on fresh seeds; null: it is of its own. */
  confirms: confirmsSchema.nullable().default(null),
  /** The guide that it was made for; null: none. */
  guide: guideSchema.nullable().default(null),
  /** What trains its runs; null: the studio's own queue. */
  executor: executorSchema.nullable().default(null),
  createdAt: timestampSchema,
});
export type ComparisonRecord = z.infer<typeof comparisonRecordSchema>;
