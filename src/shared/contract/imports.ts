/** Run files on their way into the data folder. Pages send them over HTTP (`http.ts`); the window and commands name them. */
import { z } from 'zod';
import { foreignOptionsSchema } from '../foreign-columns.ts';
import { nothing, procedure } from './procedure.ts';
import { runSummarySchema } from './run-summary.ts';

/** Whoever sends a file may name the import, to know it among others'. */
export const importIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/, 'expected 1 to 64 letters, digits and -');

export const importUnderWaySchema = z.strictObject({
  id: importIdSchema,
  /** Name of the file. */
  name: z.string(),
  state: z.enum(['under-way', 'done', 'failed', 'cancelled']),
  /** Of the work that follows the sending, 0 to 1. */
  share: z.number().min(0).max(1),
});
export type ImportUnderWay = z.infer<typeof importUnderWaySchema>;

export const importsContract = {
  list: procedure.input(nothing).output(z.array(importUnderWaySchema)),
  /**
   * A run file on the studio's machine, or what another program wrote. `show`: a run that is here already is the answer, in place
   * of a conflict. Ending the call cancels it.
   */
  open: procedure
    .input(
      z.strictObject({
        /** Absolute. */
        path: z.string().min(1).max(4096),
        id: importIdSchema.optional(),
        present: z.enum(['refuse', 'show']).default('refuse'),
        /** Of another program's file, what its columns are and what ranks. */
        foreign: foreignOptionsSchema.exactOptional(),
      }),
    )
    .output(z.strictObject({ runs: z.array(runSummarySchema).min(1) })),
  /** The results that come with the studio, to be looked at before anything is trained; those that are here already stay. */
  openSamples: procedure.input(nothing).output(z.strictObject({ runs: z.array(runSummarySchema).min(1) })),
  /** Nothing of it is kept. One that has ended is left as it is. */
  cancel: procedure.input(z.strictObject({ id: importIdSchema })).output(nothing),
};
