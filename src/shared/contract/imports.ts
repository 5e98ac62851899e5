/** Run files on their way into the data folder. They come over HTTP (`http.ts`), or the window opens them itself. */
import { z } from 'zod';
import { nothing, procedure } from './procedure.ts';

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
  /** Nothing of it is kept. One that has ended is left as it is. */
  cancel: procedure.input(z.strictObject({ id: importIdSchema })).output(nothing),
};
