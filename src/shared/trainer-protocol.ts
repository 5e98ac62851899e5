/**
 * Messages between the studio and one trainer process (Node IPC channel, structured clone).
 * Every message carries a sequence number, strictly increasing from 1 in its direction. `metrics` are acknowledged by
 * sequence number after the studio has committed them: an acknowledged point is never lost.
 */
import { z } from 'zod';
import { domainViewSchema } from './domain-view.ts';
import { wireErrorSchema } from './errors.ts';
import { pairingSchema } from './pairing.ts';
import { solveProgressSchema, solveResultSchema, solveTaskSchema } from './exact.ts';
import { labProgressSchema, labResultSchema, labTaskSchema } from './labs.ts';
import { menuAnswerSchema, menuTaskSchema } from './menus/menu-task.ts';
import { backendNameSchema, environmentSchema, metricsSchema, progressSchema, runSpecSchema } from './run.ts';
import { seriesNameSchema } from './series.ts';

/** A message before the channel has numbered it, variant by variant. */
export type Unnumbered<M> = M extends unknown ? Omit<M, 'seq'> : never;

const seq = z.int().positive();
const step = z.int().nonnegative();
const floats = z.custom<Float32Array>((value) => value instanceof Float32Array, 'expected a Float32Array');
const doubles = z.custom<Float64Array>((value) => value instanceof Float64Array, 'expected a Float64Array');

/**
 * One series' new points: strictly increasing steps, same length as values. A resumed run sends some points again; the
 * store skips what it holds.
 */
export const pointsSchema = z
  .object({
    series: seriesNameSchema,
    steps: doubles,
    values: doubles,
  })
  .refine((p) => p.steps.length === p.values.length, 'steps and values differ in length');
export type Points = z.infer<typeof pointsSchema>;

/** What is done before a comparison starts; `device` is the studio's own. */
export const preparationStageSchema = z.object({
  stage: z.enum(['device', 'data', 'baselines']),
  done: z.boolean(),
  /** What is being done, or what came of it. */
  message: z.string(),
});
export type PreparationStage = z.infer<typeof preparationStageSchema>;

/** One number that tells what was read: buyers, goods, alternatives. */
const dataFactSchema = z.strictObject({ label: z.string(), value: z.number() });

export const dataPreviewSchema = z.strictObject({
  /** One sentence on the data. */
  summary: z.string(),
  facts: z.array(dataFactSchema),
  /** Numbers that one run trains. */
  parameters: z.int(),
});

const tensorsSchema = z.array(
  z.object({ name: z.string(), shape: z.array(z.int().nonnegative()), data: floats }),
);

/** A run and what it has come to so far. */
export const trainedRunSchema = z.object({
  spec: runSpecSchema,
  parameters: tensorsSchema,
  /** What the parameters stand for; empty where the problem, or the version that trained them, keeps none. */
  outcome: tensorsSchema,
});
export type TrainedRun = z.infer<typeof trainedRunSchema>;

export const jobSchema = z.discriminatedUnion('mode', [
  /** Read and check the data, check memory, compute the baselines; no training. */
  z.object({
    mode: z.literal('prepare'),
    problem: z.string(),
    config: z.record(z.string(), z.unknown()),
  }),
  z.object({
    mode: z.literal('train'),
    runId: z.string(),
    spec: runSpecSchema,
    /** Folder of this run: the trainer only reads in it. */
    folder: z.string(),
    /** Folder of this attempt, for its checkpoints: it is there, no other trainer writes in it, and it goes when the next begins. */
    attempt: z.string(),
    /** Go on from the checkpoint in `attempt` if there is one. */
    resume: z.boolean(),
    /** Without a checkpoint, begin from the origin in `folder`: it has to be there. */
    forked: z.boolean(),
  }),
  /** The problem's picture of a run's parameters: no training, no data of the training loop. */
  z.object({ mode: z.literal('inspect'), run: trainedRunSchema }),
  /** A question about a menu; without a run it brings a menu of its own. */
  z.object({ mode: z.literal('menu'), run: trainedRunSchema.nullable(), task: menuTaskSchema }),
  /** Train each estimator for about a second and say how fast it was. */
  z.object({
    mode: z.literal('time'),
    /** One a estimator. */
    specs: z.array(runSpecSchema).min(1),
  }),
  /** Read the data and say what they are, and how many parameters a run would train. */
  z.object({
    mode: z.literal('preview'),
    problem: z.string(),
    config: z.record(z.string(), z.unknown()),
  }),
  /** Load the wasm backend and stay, for one task after the other. */
  z.object({ mode: z.literal('lab') }),
  /** Compute an exact baseline; it is cancelled by ending the process. */
  z.object({ mode: z.literal('solve'), task: solveTaskSchema }),
  /** Load a backend and self-test it. One a process: a native one may crash. */
  z.object({ mode: z.literal('probe'), backend: backendNameSchema }),
]);
export type Job = z.infer<typeof jobSchema>;

export const toTrainerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), seq, job: jobSchema }),
  z.object({ type: z.literal('pause'), seq, reason: z.string() }),
  z.object({ type: z.literal('resume'), seq }),
  /** Checkpoint and end. `how` becomes the run's state. Not `storing`: nothing is acknowledged any more, and not waited for. */
  z.object({
    type: z.literal('stop'),
    seq,
    how: z.enum(['stopped', 'interrupted']),
    reason: z.string(),
    storing: z.boolean(),
  }),
  z.object({ type: z.literal('ack'), seq, metricsSeq: seq }),
  /** For a lab; tasks that are under way together take turns. */
  z.object({ type: z.literal('task'), seq, id: z.int(), task: labTaskSchema }),
  z.object({ type: z.literal('cancel-task'), seq, id: z.int() }),
]);
export type ToTrainer = z.infer<typeof toTrainerSchema>;

export type Progress = z.infer<typeof progressSchema>;

export const backendReportSchema = z.object({
  name: backendNameSchema,
  usable: z.boolean(),
  /** False where `auto` looks further although it works, e.g. a software renderer behind a GPU interface. */
  preferable: z.boolean(),
  /** Empty when usable, else what is missing and the command that would mend it. */
  detail: z.string(),
  /** That command alone, for a button that copies it; empty when usable or when no one command would do. */
  fix: z.string(),
  version: z.string(),
  device: z.string(),
});
export type BackendReport = z.infer<typeof backendReportSchema>;

export const fromTrainerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), seq, pid: z.int(), environment: environmentSchema }),
  /** Of a train job that does not go on from a checkpoint, once the data are read. */
  z.object({ type: z.literal('paired'), seq, pairing: pairingSchema }),
  /** Also the heartbeat: at least one a second while the process is healthy, paused or not. */
  z.object({ type: z.literal('progress'), seq, progress: progressSchema }),
  z.object({
    type: z.literal('metrics'),
    seq,
    points: z.array(pointsSchema),
    /** When the oldest of these points was made, milliseconds since 1970. */
    madeAt: z.number(),
    last: metricsSchema,
    progress: progressSchema,
  }),
  z.object({ type: z.literal('checkpointed'), seq, step }),
  z.object({ type: z.literal('paused'), seq, reason: z.string(), progress: progressSchema }),
  z.object({ type: z.literal('resumed'), seq }),
  z.object({ type: z.literal('log'), seq, level: z.enum(['info', 'warning', 'error']), message: z.string() }),
  /** The last message of a train job, after every `metrics` message is acknowledged. */
  z.object({
    type: z.literal('ended'),
    seq,
    state: z.enum(['completed', 'stopped', 'interrupted', 'failed']),
    reason: z.string(),
    error: wireErrorSchema.optional(),
    progress: progressSchema,
    last: metricsSchema,
  }),
  z.object({
    type: z.literal('prepared'),
    seq,
    baselines: z.record(z.string(), z.number()),
    summary: z.string(),
  }),
  /** Of a prepare job, before and after each stage. */
  z.object({ type: z.literal('stage'), seq, stage: preparationStageSchema }),
  z.object({ type: z.literal('previewed'), seq, preview: dataPreviewSchema }),
  z.object({ type: z.literal('inspected'), seq, view: domainViewSchema }),
  z.object({ type: z.literal('menu-answered'), seq, answer: menuAnswerSchema }),
  z.object({
    type: z.literal('timed'),
    seq,
    /** Numbers that a run trains. */
    parameters: z.int(),
    stepsPerSecond: z.record(z.string(), z.number().positive()),
  }),
  /** Of a solve job, a few times a second where its method has news. */
  z.object({ type: z.literal('solving'), seq, progress: solveProgressSchema }),
  z.object({ type: z.literal('solved'), seq, result: solveResultSchema }),
  z.object({ type: z.literal('task-progress'), seq, id: z.int(), progress: labProgressSchema }),
  z.object({ type: z.literal('task-done'), seq, id: z.int(), result: labResultSchema }),
  z.object({ type: z.literal('task-failed'), seq, id: z.int(), error: wireErrorSchema }),
  z.object({ type: z.literal('probed'), seq, report: backendReportSchema }),
  /** A prepare or probe job failed, or the start message could not be carried out. */
  z.object({ type: z.literal('error'), seq, error: wireErrorSchema }),
]);
export type FromTrainer = z.infer<typeof fromTrainerSchema>;
