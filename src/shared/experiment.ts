/** What a person asks for: a form, a command line and a config file all end up here. */
import { z } from 'zod';
import { idSchema, nameSchema } from './contract/texts.ts';
import { backendNames } from './run.ts';

/** Of one comparison. Its runs are made when it starts: what is asked for by mistake is refused before. */
export const MOST_SEEDS = 1000;

const overrides = z.record(z.string(), z.unknown());

export const experimentRequestSchema = z.strictObject({
  problem: z.string().optional(),
  preset: z.string().optional(),
  name: nameSchema.optional(),
  /** Overrides of the preset's config, or of the defaults; nested objects are merged. */
  config: overrides.default({}),
  estimators: z.array(z.string()).min(1).optional(),
  /** Settings by estimator id. */
  settings: z.record(z.string(), overrides).default({}),
  seeds: z
    .array(z.int().nonnegative())
    .min(1)
    .max(MOST_SEEDS, `expected at most ${MOST_SEEDS} seeds`)
    .optional(),
  backend: z.enum(['auto', ...backendNames]).default('auto'),
  /** Id of a run: the runs are forks of it, and what the request leaves open is as that run has it. */
  from: idSchema.optional(),
});

export type ExperimentRequest = z.infer<typeof experimentRequestSchema>;
