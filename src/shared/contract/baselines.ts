/** Exact baselines of a stored comparison's buyers. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { exactBaselineSchema, exactSettingsSchema, solveProgressSchema } from '../exact.ts';
import { procedure } from './procedure.ts';
import { idSchema } from './texts.ts';

const solveEventSchema = z.discriminatedUnion('type', [
  /** A few times a second where the method has news. */
  z.strictObject({ type: z.literal('progress'), ...solveProgressSchema.shape }),
  /** The last event; the baseline is stored with the comparison. */
  z.strictObject({ type: z.literal('done'), baseline: exactBaselineSchema }),
]);
export type SolveEvent = z.infer<typeof solveEventSchema>;

export const baselinesContract = {
  /**
   * Several may be under way, a process each. Whoever ends the stream before `done` (or loses the connection) cancels it, and
   * nothing is stored.
   */
  solve: procedure
    .input(z.strictObject({ comparison: idSchema, ...exactSettingsSchema.shape }))
    .output(eventIterator(solveEventSchema)),
};
