/** A run as tables and events show it: everything but its config, environment and notes. */
import { z } from 'zod';
import { backendNameSchema, metricsSchema, runStateSchema } from '../run.ts';
import { progressSchema } from '../trainer-protocol.ts';

export const runSummarySchema = z.strictObject({
  id: z.string(),
  comparison: z.string(),
  comparisonName: z.string(),
  name: z.string(),
  problem: z.string(),
  estimator: z.string(),
  seed: z.int().nonnegative(),
  backend: backendNameSchema,
  /** Empty until the trainer has said it. */
  device: z.string(),
  state: runStateSchema,
  /** Why it is in this state; empty where the state says it all. */
  reason: z.string(),
  ...progressSchema.shape,
  /** Last values by metric name. The problem's `selectionMetric` is the headline. */
  metrics: metricsSchema,
  createdAt: z.number(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  tags: z.array(z.string()),
  /** Milliseconds since 1970; null: not archived. */
  archivedAt: z.number().nullable(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;
