/** Runs: look at them, steer them, keep them in order. */
import { z } from 'zod';
import { experimentRequestSchema } from '../experiment.ts';
import { comparisonRecordSchema, runRecordSchema, runStateSchema, runTaskSchema } from '../run.ts';
import { damagedRunSchema } from './damaged-run.ts';
import { cursorSchema } from './events.ts';
import { nothing, procedure } from './procedure.ts';
import { runSummarySchema } from './run-summary.ts';
import { seriesContract, seriesInfoSchema } from './series.ts';
import { idSchema, idsSchema, MOST_TAGS, nameSchema, notesSchema, tagSchema } from './texts.ts';

const listInput = z.strictObject({
  /** What is absent filters nothing; several values of one key mean any of them. */
  filter: z
    .strictObject({
      states: z.array(runStateSchema).optional(),
      problems: z.array(z.string().max(200)).max(100).optional(),
      /** Null: both those that are and those that are not. */
      archived: z.boolean().nullable().default(false),
    })
    .prefault({}),
  offset: z.int().nonnegative().default(0),
  limit: z.int().min(1).max(5000).default(200),
});

const runEventSchema = z.strictObject({
  /** Milliseconds since 1970. */
  at: z.number(),
  kind: z.enum(['state', 'log', 'checkpoint']),
  step: z.int(),
  message: z.string(),
});

/** Of a run that an executor trains, or trained. */
const taskSchema = z.strictObject({
  ...runTaskSchema.shape,
  /** From when it is handed over until it has ended: then it is removed. */
  folder: z.string().nullable(),
});
export type TaskDetails = z.infer<typeof taskSchema>;

const detailsSchema = z.strictObject({
  run: runRecordSchema,
  comparison: comparisonRecordSchema,
  /** Null: no executor has it, or had it. */
  task: taskSchema.nullable(),
  /** Empty, as are `events`, where `damage` says that they cannot be read. */
  series: z.array(seriesInfoSchema),
  /** The problem's pictures of such a run; `pictures.draw` draws one. */
  pictures: z.array(z.strictObject({ name: z.string(), label: z.string(), help: z.string() })),
  /** The last 1000, oldest first. */
  events: z.array(runEventSchema),
  /** A sentence for each part of the run that is not as it was written; mostly there is none. */
  damage: z.array(z.string()),
  /** The event stream from here has everything that happens after this answer. */
  cursor: cursorSchema,
});
export type RunDetails = z.infer<typeof detailsSchema>;

const one = z.strictObject({ id: idSchema });
const many = z.strictObject({ ids: idsSchema });
/** All of the runs or none: AppError `conflict` names the first whose state does not allow it. */
const changed = z.strictObject({ runs: z.array(runSummarySchema) });

export const runsContract = {
  /** Newest first; a page filters and sorts further by itself. */
  list: procedure.input(listInput).output(
    z.strictObject({
      /** Runs that the filter lets through (without one, damaged ones too), and how many runs there are at all (archived ones not counted). */
      total: z.int(),
      stored: z.int(),
      runs: z.array(runSummarySchema),
      /** All there are, whatever the filter: none of what it asks for is certain of them. Where nothing is filtered those among the asked. */
      damaged: z.array(damagedRunSchema),
      cursor: cursorSchema,
    }),
  ),
  get: procedure.input(one).output(detailsSchema),
  series: seriesContract,

  /** Pausing and stopping take effect after the step under way: the event stream says when. */
  pause: procedure.input(many).output(changed),
  unpause: procedure.input(many).output(changed),
  /** Writes a checkpoint and ends; a run that waits or is interrupted is marked at once. Either can be resumed. */
  stop: procedure.input(many).output(changed),
  /** Queues runs that were interrupted, stopped, failed or never started; they go on from their last checkpoint. */
  resume: procedure.input(many).output(changed),
  /** Runs that earlier studios on this data folder left unfinished: they wait to be resumed or stopped. Archived ones do not. */
  left: procedure.input(nothing).output(z.strictObject({ ids: z.array(z.string()) })),

  /** The request of this run alone, for the form. */
  clone: procedure.input(one).output(experimentRequestSchema),
  /**
   * The request of a fork of this run that changes nothing yet, for the form: begins where the run stands, `experiments.start`
   * starts it. Refuses a run that has no parameters yet.
   */
  fork: procedure.input(one).output(experimentRequestSchema),
  rename: procedure.input(z.strictObject({ id: idSchema, name: nameSchema })).output(changed),
  /** AppError `conflict` if `was` is given and the notes are something else by now: nobody writes over what he has not seen. */
  setNotes: procedure
    .input(z.strictObject({ id: idSchema, notes: notesSchema, was: z.string().optional() }))
    .output(changed),
  /** Replaces the tags; repeats are dropped. */
  setTags: procedure
    .input(z.strictObject({ ids: idsSchema, tags: z.array(tagSchema).max(MOST_TAGS) }))
    .output(changed),
  /** Adds tags to all of the runs and takes others away; a tag in both is there afterwards. */
  changeTags: procedure
    .input(
      z.strictObject({
        ids: idsSchema,
        add: z.array(tagSchema).max(MOST_TAGS).default([]),
        remove: z.array(tagSchema).max(MOST_TAGS).default([]),
      }),
    )
    .output(changed),
  /** Keys of the configs, dotted (`valuations.kind`), in which stored runs differ; sorted. */
  configKeys: procedure.input(nothing).output(z.array(z.string())),
  /** What every run has at one of these keys, as JSON; a run whose config has no such key is left out. */
  configValues: procedure
    .input(z.strictObject({ key: z.string().min(1).max(200) }))
    .output(z.strictObject({ values: z.array(z.strictObject({ run: z.string(), value: z.string() })) })),
  /** Hides ended runs from lists; nothing is lost. Refuses live and queued ones. */
  archive: procedure.input(many).output(changed),
  unarchive: procedure.input(many).output(changed),
  /** For good, with series and checkpoints. Only archived runs and damaged ones; a comparison goes with its last run. */
  delete: procedure.input(many).output(z.strictObject({ deleted: z.array(z.string()) })),
};
