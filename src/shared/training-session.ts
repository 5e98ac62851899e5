/**
 * Messages between the studio and a trainer process that trains a run, or several together, each of which has its own (Node IPC channel,
 * structured clone); whatever else a trainer does is a job of `jobs.ts`. `metrics` are acknowledged by sequence number after the studio has committed them: an
 * acknowledged point or picture is never lost.
 */
import { z } from 'zod';
import { wireErrorSchema } from './errors.ts';
import { alertsSchema } from './health.ts';
import { seq } from './jobs.ts';
import { keptPictureSchema } from './pictures/kept.ts';
import { pairingSchema } from './pairing.ts';
import { environmentSchema, metricsSchema, progressSchema, runSpecSchema } from './run.ts';
import { seriesNameSchema } from './series.ts';

const step = z.int().nonnegative();
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

export type Progress = z.infer<typeof progressSchema>;

const trainingSchema = z.object({
  runId: z.string(),
  spec: runSpecSchema,
  /** Folder of this run: the trainer only reads in it. */
  folder: z.string(),
  /** Folder of this attempt, for its checkpoints: it is there, no other trainer writes in it, and it goes when the next begins. */
  attempt: z.string(),
  /** Go on from the checkpoint in `attempt` if there is one. */
  resume: z.boolean(),
  /** Step at which a fork began; without a checkpoint it begins from the origin in `folder`: it has to be there. Null: no fork. */
  forkedAt: step.nullable(),
  /** Reference lines of the run's comparison under their stored names: alerts go by those that are bounds. */
  lines: z.record(seriesNameSchema, z.number()),
  /** Draw the pictures that the config asks for; whoever keeps none spares the time. */
  pictures: z.boolean(),
});
export type Training = z.infer<typeof trainingSchema>;

/** The run that a message is about. */
const runId = trainingSchema.shape.runId;

export const toTrainingSchema = z.discriminatedUnion('type', [
  /**
   * The first message, and the next after `free`. Several runs differ by their seed alone (docs/adr/0024). `stays`: after the runs it waits
   * for others, if nothing is left of these.
   */
  z.object({ type: z.literal('train'), seq, trainings: z.array(trainingSchema).min(1), stays: z.boolean() }),
  z.object({ type: z.literal('pause'), seq, runId, reason: z.string() }),
  z.object({ type: z.literal('resume'), seq, runId }),
  /** Checkpoint and end. `how` becomes the run's state. Not `storing`: nothing is acknowledged any more, and not waited for. */
  z.object({
    type: z.literal('stop'),
    seq,
    runId,
    how: z.enum(['stopped', 'interrupted']),
    reason: z.string(),
    storing: z.boolean(),
  }),
  z.object({ type: z.literal('ack'), seq, runId, metricsSeq: seq }),
]);
export type ToTraining = z.infer<typeof toTrainingSchema>;
/** What one run is told, by whoever knows which it is. */
export type ToRun = Unaddressed<Exclude<ToTraining, { readonly type: 'train' }>>;

export const fromTrainingSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), seq, runId, pid: z.int(), environment: environmentSchema }),
  /** Of a run that does not go on from a checkpoint, once the data are read. */
  z.object({ type: z.literal('paired'), seq, runId, pairing: pairingSchema }),
  /** Also the heartbeat: at least one a second while the process is healthy, paused or not. */
  z.object({ type: z.literal('progress'), seq, runId, progress: progressSchema }),
  z.object({
    type: z.literal('metrics'),
    seq,
    runId,
    points: z.array(pointsSchema),
    /** In the place of those of the same name and step. */
    pictures: z.array(keptPictureSchema),
    /** When the oldest of these was made, milliseconds since 1970. */
    madeAt: z.number(),
    last: metricsSchema,
    progress: progressSchema,
  }),
  /** All alerts on the run's health so far, in the place of those told before. */
  z.object({ type: z.literal('alerts'), seq, runId, alerts: alertsSchema }),
  z.object({ type: z.literal('checkpointed'), seq, runId, step }),
  z.object({ type: z.literal('paused'), seq, runId, reason: z.string(), progress: progressSchema }),
  z.object({ type: z.literal('resumed'), seq, runId }),
  z.object({
    type: z.literal('log'),
    seq,
    runId,
    level: z.enum(['info', 'warning', 'error']),
    message: z.string(),
  }),
  /** The last message on a run, but for `free`, after every `metrics` message is acknowledged. */
  z.object({
    type: z.literal('ended'),
    seq,
    runId,
    state: z.enum(['completed', 'stopped', 'interrupted', 'failed']),
    reason: z.string(),
    error: wireErrorSchema.optional(),
    progress: progressSchema,
    last: metricsSchema,
  }),
  /** Training could not begin. */
  z.object({ type: z.literal('refused'), seq, runId, error: wireErrorSchema }),
  /** After the last `ended`, in place of the end of the process: nothing is left of the runs, and others may come. */
  z.object({ type: z.literal('free'), seq }),
]);
export type FromTraining = z.infer<typeof fromTrainingSchema>;
/** What concerns one run. */
export type FromRun = Exclude<FromTraining, { readonly type: 'free' }>;
/** Messages of one run, without saying which. */
export type Unaddressed<M> = M extends unknown ? Omit<M, 'runId'> : never;
