/** A run that is shown as damaged: what is stored of it is not what was written, or holds what no run may have. */
import { z } from 'zod';

export const damagedRunSchema = z.strictObject({
  id: z.string(),
  /** What its row says, right or not; empty where it says nothing that can be shown. */
  comparison: z.string(),
  name: z.string(),
  problem: z.string(),
  estimator: z.string(),
  /** What is wrong, one sentence. */
  damage: z.string(),
});
export type DamagedRun = z.infer<typeof damagedRunSchema>;
