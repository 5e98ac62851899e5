/** What a guide to the temperature found: the settings that it tried, by estimator, and which of them it recommends. */
import { z } from 'zod';
import { temperatureSchema } from '../schedule.ts';

const meanSchema = z.strictObject({ n: z.int(), mean: z.number(), halfWidth: z.number().nullable() });

const triedSchema = z.strictObject({
  /** Its row in the table of the comparison, and the name of its variant. */
  group: z.string(),
  variant: z.string(),
  temperature: temperatureSchema,
  /** Of the judged metric over its completed seeds; null: none has a finite value. */
  value: meanSchema.nullable(),
  /** Training value minus hard value at the end; null: it has none. */
  gap: meanSchema.nullable(),
  seeds: z.int(),
  /** Of these, those that failed, or ended without a finite value. */
  failed: z.int(),
  /** Those that collapsed (docs/health.md). */
  collapsed: z.int(),
  /** Whether it is no better than a setting all of whose seeds collapsed, though it is not called so itself. */
  asCollapsed: z.boolean(),
  /**
   * Beside the recommended one. `alike`: not told apart from it. `behind`: told apart. `out`: a seed failed or collapsed, or it is as collapsed. `unknown`: not
   * all of its seeds have ended, or nothing is recommended.
   */
  standing: z.enum(['recommended', 'alike', 'behind', 'out', 'unknown']),
});
export type TriedTemperature = z.infer<typeof triedSchema>;

/** The recommended setting beside another one. */
const besideSchema = z.strictObject({
  variant: z.string(),
  /** By how much the recommended one is better; below 0: worse. With the ends of its 95 % interval, not adjusted. */
  advantage: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** By Holm over all pairs of settings of this estimator. */
  adjustedP: z.number().nullable(),
  /** Whether they are told apart. */
  told: z.boolean(),
  n: z.int(),
});
export type Beside = z.infer<typeof besideSchema>;

const estimatorAdviceSchema = z.strictObject({
  estimator: z.string(),
  label: z.string(),
  /**
   * `better`: told apart from the setting without the guide. `leading`: recommended, but not told apart from it. `kept`: it is the setting
   * without the guide. `indifferent`: all settings are within a few percent. `none`: all failed or collapsed. `open`: runs have not ended.
   */
  outcome: z.enum(['better', 'leading', 'kept', 'indifferent', 'none', 'open']),
  /** All of it in words. */
  sentence: z.string(),
  /** Variant that is recommended; null: none. */
  recommended: z.string().nullable(),
  temperature: temperatureSchema.nullable(),
  /** The end of the range that the best settings reach, beyond which it should go on; null: neither, or both. */
  edge: z.enum(['cold', 'hot']).nullable(),
  /** The recommended one beside the setting without the guide, and beside the best of the others; null: it is that, or there is none. */
  standard: besideSchema.nullable(),
  runnerUp: besideSchema.nullable(),
  /** Best first. */
  tried: z.array(triedSchema),
});
export type EstimatorAdvice = z.infer<typeof estimatorAdviceSchema>;

export const adviceSchema = z.strictObject({
  /** On what it rests, and what to do next. */
  sentence: z.string(),
  metric: z.string(),
  metricLabel: z.string(),
  direction: z.enum(['maximize', 'minimize']),
  /** Of a restart, as they were tried, of so many without the guide. */
  steps: z.int(),
  wholeSteps: z.int(),
  /** Variant that has the temperature as it is without the guide. */
  standard: z.string(),
  estimators: z.array(estimatorAdviceSchema),
});
export type TemperatureAdvice = z.infer<typeof adviceSchema>;
