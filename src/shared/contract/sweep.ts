/** What a sweep found: its trials as rows of keys and values, which keys mattered, and the best setting, chosen and confirmed. */
import { z } from 'zod';
import { searchMethods } from '../sweep/request.ts';

const meanSchema = z.strictObject({ n: z.int(), mean: z.number(), halfWidth: z.number().nullable() });

/** One setting with one estimator. */
const trialSchema = z.strictObject({
  /** Its row in the table of the comparison. */
  group: z.string(),
  variant: z.string(),
  estimator: z.string(),
  /** By key of `keys`; a key of another estimator's settings is absent. */
  values: z.record(z.string(), z.json()),
  /** `completed`: every seed. `halted`: the sweep stopped it, by halving or budget. `open`: not ended yet, or stopped by somebody. */
  state: z.enum(['completed', 'failed', 'halted', 'open']),
  /** Why it is halted, or failed; else empty. */
  reason: z.string(),
  /** Of the judged metric over its completed seeds; null: none has completed. */
  value: meanSchema.nullable(),
  /** Mean at the step at which all trials are compared (`comparedAt`); null: it has no value there. */
  compared: z.number().nullable(),
  /** Furthest step of its seeds, and how many of them there are. */
  step: z.int(),
  seeds: z.int(),
});
export type Trial = z.infer<typeof trialSchema>;

const sweepKeyResultSchema = z.strictObject({
  key: z.string(),
  /** As variants are named by it. */
  name: z.string(),
  scale: z.enum(['linear', 'log', 'values']),
  /**
   * How much worse a random forest foretells the metric of trials that it has not seen when this key is shuffled, as a share of the
   * metric's variance; 0 or less: nothing. Null: too few trials to tell.
   */
  importance: z.number().nullable(),
  /** Where the middle 90 % of it lies over resamples of the trials. */
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export type SweepKeyResult = z.infer<typeof sweepKeyResultSchema>;

const confirmationSchema = z.strictObject({
  comparison: z.string(),
  /** Of the setting that was chosen, on seeds that the sweep did not use; null: none has completed. */
  value: meanSchema.nullable(),
  /** Of the swept keys as they are without the sweep, on the same seeds; null: not trained, or none has completed. */
  standard: meanSchema.nullable(),
  /** What the sweep had shown when it was chosen, and of how many trials it was the best. */
  chosen: z.number(),
  of: z.int(),
  variant: z.string(),
  /** Runs that have not ended. */
  pending: z.int(),
});
export type Confirmation = z.infer<typeof confirmationSchema>;

export const sweepResultSchema = z.strictObject({
  /** All of it in words. */
  sentence: z.string(),
  metric: z.string(),
  metricLabel: z.string(),
  direction: z.enum(['maximize', 'minimize']),
  method: z.enum(searchMethods),
  /** Step at which keys are judged: the first rung, which every trial reaches; null: the end. */
  comparedAt: z.int().nullable(),
  keys: z.array(sweepKeyResultSchema),
  /** On what importance rests, or why there is none. */
  importanceNote: z.string(),
  /** Best mean over all seeds, of trials that completed them all; null: none has. */
  best: trialSchema.nullable(),
  /** The newest. */
  confirmation: confirmationSchema.nullable(),
  /** Best first, then those without a final value by how far they got. */
  trials: z.array(trialSchema),
});
export type SweepResult = z.infer<typeof sweepResultSchema>;
