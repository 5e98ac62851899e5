/** Settings of the studio (not of a page: theme and panel sizes stay in the page). */
import { z } from 'zod';
import { executorDefaultsSchema } from '../executor.ts';
import { backendNameSchema } from '../run.ts';
import { nothing, procedure } from './procedure.ts';

/** CPU trainers at once; null: as many as the machine has cores. */
const jobs = z.int().min(1).max(256).nullable();

/** What `auto` means; null: the fastest backend that works here. */
const backend = backendNameSchema.nullable();

/** Runs that differ by their seed alone are not trained together. */
const oneByOne = z.boolean();

export const settingsSchema = z.strictObject({
  jobs: jobs.default(null),
  backend: backend.default(null),
  oneByOne: oneByOne.default(false),
  /** What a request leaves open, by executor. */
  executors: executorDefaultsSchema.prefault({}),
});
export type Settings = z.infer<typeof settingsSchema>;

export const settingsContract = {
  get: procedure.input(nothing).output(settingsSchema),
  /** Replaces the settings that are named; takes effect at once. */
  set: procedure
    .input(
      z.strictObject({
        jobs: jobs.exactOptional(),
        backend: backend.exactOptional(),
        oneByOne: oneByOne.exactOptional(),
        executors: executorDefaultsSchema.exactOptional(),
      }),
    )
    .output(settingsSchema),
};
