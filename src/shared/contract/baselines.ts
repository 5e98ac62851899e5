/** Exact baselines of a stored comparison's buyers. */
import { z } from 'zod';
import { exactSettingsSchema } from '../exact.ts';
import { procedure } from './procedure.ts';
import { idSchema } from './texts.ts';

export const baselinesContract = {
  /**
   * Begins one, as an operation: `operations` has its progress and cancels it. Several may be under way, a process each. The
   * result is stored with the comparison.
   */
  solve: procedure
    .input(z.strictObject({ comparison: idSchema, ...exactSettingsSchema.shape }))
    .output(z.strictObject({ operation: z.string() })),
};
