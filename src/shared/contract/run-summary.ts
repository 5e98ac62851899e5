/** A run as tables and events show it: everything but its config, environment and notes. */
import { z } from 'zod';
import { executorKindSchema } from '../executor.ts';
import {
  comparisonRecordSchema,
  environmentSchema,
  progressSchema,
  runRecordSchema,
  runSpecSchema,
} from '../run.ts';

const record = runRecordSchema.shape;
const spec = runSpecSchema.shape;

export const runSummarySchema = z.strictObject({
  id: record.id,
  comparison: record.comparison,
  comparisonName: comparisonRecordSchema.shape.name,
  name: record.name,
  problem: spec.problem,
  estimator: spec.estimator,
  /** Null: its comparison has no variants. */
  variant: record.variant.unwrap(),
  seed: spec.seed,
  backend: spec.backend,
  /** Empty until the trainer has said it. */
  device: environmentSchema.shape.device,
  /** Runs that shared a second of its training on average, itself included; 1: it was trained alone. */
  sharers: z.number().min(1),
  state: record.state,
  reason: record.reason,
  ...progressSchema.shape,
  /** Last values by metric name. The problem's `selectionMetric` is the headline. */
  metrics: record.metrics,
  createdAt: record.createdAt,
  startedAt: record.startedAt,
  endedAt: record.endedAt,
  tags: record.tags,
  archivedAt: record.archivedAt.unwrap(),
  alerts: record.alerts.unwrap(),
  /** Trained by a script, which alone can pause, end, or go on with it. */
  elsewhere: z.boolean(),
  /** What trains it; null: the studio's own queue, or a script. */
  executor: executorKindSchema.nullable(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;
