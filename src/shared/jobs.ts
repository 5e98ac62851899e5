/**
 * What a trainer process can be asked, beside training: one table, which the trainer serves (src/trainer/handlers.ts) and the
 * studio asks (src/studio/jobs/ask.ts). An input names files and folders, never tensors. The messages travel over a Node IPC
 * channel by structured clone; each carries a sequence number, strictly increasing from 1 in its direction.
 */
import { z } from 'zod';
import { wireErrorSchema } from './errors.ts';
import { labProgressSchema, labResultSchema, labTaskSchema } from './labs.ts';
import {
  logPreviewSchema,
  opePolicySchema,
  opeProgressSchema,
  opeResultSchema,
  opeSettingsSchema,
} from './ope.ts';
import { pictureSchema } from './pictures/picture.ts';
import { backendNameSchema, runSpecSchema } from './run.ts';
import { solutionSchema, solveProgressSchema } from './solution.ts';

export const backendReportSchema = z.object({
  name: backendNameSchema,
  usable: z.boolean(),
  /** False where `auto` looks further although it works, e.g. a software renderer behind a GPU interface. */
  preferable: z.boolean(),
  /** Empty when usable, else what is missing and the command that installs it. */
  detail: z.string(),
  /** That command alone, for a button that copies it; empty when usable or when no one command would do. */
  fix: z.string(),
  version: z.string(),
  device: z.string(),
});
export type BackendReport = z.infer<typeof backendReportSchema>;

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
  /** What they look like; null where the problem shows none. */
  picture: pictureSchema.nullable(),
  /** Numbers that one run trains. */
  parameters: z.int(),
});
export type DataPreview = z.infer<typeof dataPreviewSchema>;

/** Data, as a problem's config names them. */
const dataSchema = z.object({ problem: z.string(), config: z.record(z.string(), z.unknown()) });

/** A run and where its files are: what it has come to is read there. */
const runSourceSchema = z.object({
  id: z.string(),
  spec: runSpecSchema,
  /** Step that the store knows, for a run whose parameters do not say theirs. */
  step: z.int().nonnegative(),
  folder: z.string(),
});
export type RunSource = z.infer<typeof runSourceSchema>;

const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected bytes');

/** Whose value is asked: as a page says it, with the run's files. */
const [uniformPolicySchema, policyFileSchema, policyOfRunSchema] = opePolicySchema.options;
const foundPolicySchema = z.discriminatedUnion('kind', [
  uniformPolicySchema,
  policyFileSchema,
  policyOfRunSchema.extend({ run: runSourceSchema }),
]);

interface JobSchemas {
  readonly input: z.ZodType;
  readonly progress?: z.ZodType;
  readonly result: z.ZodType;
}

export const jobs = {
  /** Load a backend and self-test it. In a process of its own: a native one may crash. */
  probe: { input: z.object({ backend: backendNameSchema }), result: backendReportSchema },
  /** Read and check the data, check memory, compute the reference lines; no training. */
  prepare: {
    /** `trainsHere`: the runs will be trained on this machine, so that they have to fit into its memory. */
    input: dataSchema.extend({ trainsHere: z.boolean() }),
    /** Before and after each stage. */
    progress: preparationStageSchema,
    result: z.object({ baselines: z.record(z.string(), z.number()), summary: z.string() }),
  },
  /** Read the data and say what they are, and how many parameters a run would train. */
  preview: { input: dataSchema, result: dataPreviewSchema },
  /** Train each estimator for about a second and say how fast it was. */
  time: {
    /** One per estimator, all of one problem, config and backend. */
    input: z.object({
      specs: z.array(runSpecSchema).min(1),
      /** Of each spec, how many runs with further seeds are to be trained together with it, itself included. */
      together: z.array(z.int().min(1)),
    }),
    result: z.object({
      /** Numbers that a run trains. */
      parameters: z.int(),
      /** By estimator: steps of all runs that are trained together. */
      stepsPerSecond: z.record(z.string(), z.number().positive()),
    }),
  },
  /** Train a few steps of each spec and say how long one takes; made for the choice of a backend. */
  measure: {
    /** All of one backend. `milliseconds`: of each spec, after its first step. */
    input: z.object({ specs: z.array(runSpecSchema).min(1), milliseconds: z.number().positive() }),
    /** After each spec: its place in the list, and the milliseconds that one step of it takes. */
    progress: z.object({ index: z.int().nonnegative(), milliseconds: z.number().positive() }),
    result: z.null(),
  },
  /** A task of the labs; tasks that are under way together take turns. */
  lab: { input: labTaskSchema, progress: labProgressSchema, result: labResultSchema },
  /** One of the problem's pictures of what a run has come to. */
  picture: {
    input: z.object({ run: runSourceSchema, name: z.string() }),
    /** `step`: of the parameters. */
    result: z.object({ step: z.int().nonnegative(), picture: pictureSchema }),
  },
  /** One of a problem's questions. */
  question: {
    input: z.object({
      problem: z.string(),
      /** Null: of a question that needs none. */
      run: runSourceSchema.nullable(),
      question: z.string(),
      input: z.unknown(),
    }),
    /** As the question's own schema says, which the trainer has checked. */
    result: z.unknown(),
  },
  /** One of a problem's solvers. It may not look up until it is done: only the end of its process cancels it. */
  solve: {
    input: z.object({
      problem: z.string(),
      /** Of the data; null: of a solver that needs none. */
      config: z.record(z.string(), z.unknown()).nullable(),
      solver: z.string(),
      settings: z.unknown(),
    }),
    progress: solveProgressSchema,
    result: z.object({
      solution: solutionSchema,
      picture: pictureSchema.nullable(),
      /** All of it in the solver's own words, for scripts. */
      details: z.record(z.string(), z.unknown()),
    }),
  },
  /** What a policy would earn, by a log of another's rounds; no training. */
  ope: {
    input: z.object({
      /** The log, as the engine reads one (`parseLogConfig`); null: that of the policy's run. */
      data: z.record(z.string(), z.unknown()).nullable(),
      policy: foundPolicySchema,
      settings: opeSettingsSchema,
    }),
    progress: opeProgressSchema,
    result: opeResultSchema,
  },
  /** The columns and first rows of a log in a file. */
  logPreview: { input: z.object({ data: z.record(z.string(), z.unknown()) }), result: logPreviewSchema },
  /** One of the problem's exports: the content of a file. */
  export: {
    input: z.object({ run: runSourceSchema, name: z.string() }),
    result: z.union([z.string(), bytesSchema]),
  },
  /** What other runs can start from, as the bytes of a file. */
  artefact: {
    input: runSourceSchema,
    result: bytesSchema,
  },
} satisfies Readonly<Record<string, JobSchemas>>;

type Jobs = typeof jobs;
export type JobName = keyof Jobs;
export type JobInput<N extends JobName> = z.infer<Jobs[N]['input']>;
/** Of a job that tells none, never. */
export type JobProgress<N extends JobName> = Jobs[N] extends { readonly progress: infer P extends z.ZodType }
  ? z.infer<P>
  : never;
export type JobResult<N extends JobName> = z.infer<Jobs[N]['result']>;

/** A message before the channel has numbered it, variant by variant. */
export type Unnumbered<M> = M extends unknown ? Omit<M, 'seq'> : never;

export const seq = z.int().positive();
/** Of an ask, and of whatever is said on it. */
const id = z.int();

export const toJobsSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('ask'),
    seq,
    id,
    job: z.enum(Object.keys(jobs) as [JobName, ...JobName[]]),
    /** Checked against the table by whoever serves it. */
    input: z.unknown(),
  }),
  z.object({ type: z.literal('cancel'), seq, id }),
]);
export type ToJobs = z.infer<typeof toJobsSchema>;

/** The last message on an ask is its `result`, or its `error`. */
export const fromJobsSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), seq, id, progress: z.unknown() }),
  z.object({ type: z.literal('log'), seq, id, message: z.string() }),
  z.object({ type: z.literal('result'), seq, id, result: z.unknown() }),
  z.object({ type: z.literal('error'), seq, id, error: wireErrorSchema }),
]);
export type FromJobs = z.infer<typeof fromJobsSchema>;
