/** What a person asks for: a form, a command line and a config file all end up here. */
import { z } from 'zod';
import { idSchema, nameSchema } from './contract/texts.ts';
import { verdictRequestSchema } from './contract/verdict.ts';
import { executorSchema } from './executor.ts';
import { guideSchema } from './guide.ts';
import { backendNames, variantNameSchema } from './run.ts';
import { MOST_VARIANTS, searchSchema, sweepSchema } from './sweep/request.ts';

/** Seeds of one request. */
export const MOST_SEEDS = 1000;
/** Runs that one request starts, those of all its variants together. */
export const MOST_RUNS = 5000;
/** The share of a machine's memory that one run may take: above it the trainer refuses. */
export const MEMORY_SHARE = 0.8;

const overrides = z.record(z.string(), z.unknown());

const settingsSchema = z.record(z.string(), overrides).default({});

/** One of several experiments of a comparison: it differs from the others in what it says here, and shares the rest. */
const variantSchema = z.strictObject({
  name: variantNameSchema,
  /** Over the config of the request. */
  config: overrides.default({}),
  /** Over the settings of the request, by estimator id. */
  settings: settingsSchema,
});
export type VariantRequest = z.infer<typeof variantSchema>;

const variantsSchema = z
  .array(variantSchema)
  .max(MOST_VARIANTS, `expected at most ${MOST_VARIANTS} variants`)
  .superRefine((variants, context) => {
    const names = variants.map(({ name }) => name);
    const repeated = names.findIndex((name, i) => names.indexOf(name) !== i);
    if (repeated === -1) return;
    const message = `two variants are called ${JSON.stringify(names[repeated])}; give each its own name`;
    context.addIssue({ code: 'custom', path: [repeated, 'name'], message });
  });

export const experimentRequestSchema = z.strictObject({
  problem: z.string().optional(),
  preset: z.string().optional(),
  name: nameSchema.optional(),
  /** Overrides of the preset's config, or of the defaults; nested objects are merged. */
  config: overrides.default({}),
  estimators: z.array(z.string()).min(1).max(200).optional(),
  /** Settings by estimator id. */
  settings: settingsSchema,
  seeds: z
    .array(z.int().nonnegative())
    .min(1)
    .max(MOST_SEEDS, `expected at most ${MOST_SEEDS} seeds`)
    .optional(),
  backend: z.enum(['auto', ...backendNames]).default('auto'),
  /** Id of a run: the runs are forks of it, and what the request leaves open is as that run has it. */
  from: idSchema.optional(),
  /** Absent: those that the preset brings, if it brings any. Empty: none, whatever the preset brings. */
  variants: variantsSchema.optional(),
  /**
   * Values or a range by key: each combination of the values (a grid), or each setting that the search draws, is a variant, of each of
   * `variants` if there are some.
   */
  sweep: sweepSchema.optional(),
  /** How the sweep chooses settings, and when it stops runs. */
  search: searchSchema.optional(),
  /** What the verdict of the comparison judges; absent: the selection metric at the end, by the paired t test. */
  verdict: verdictRequestSchema.optional(),
  /** The guide that made this request, and reads what its runs found. */
  guide: guideSchema.optional(),
  /** What trains the runs; absent: the studio's own queue. */
  executor: executorSchema.optional(),
});

export type ExperimentRequest = z.infer<typeof experimentRequestSchema>;
