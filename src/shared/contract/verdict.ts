/** What the rows of a comparison say together: which is ahead, whether the difference is real, and what would settle it. */
import { z } from 'zod';

/** p below which a difference is called real. */
export const LEVEL = 0.05;

/** Tests of a difference that a person may ask for. */
export const verdictTests = ['t', 'wilcoxon', 'bootstrap-t'] as const;
/** And Welch's, where rows share nothing seed by seed. */
const usedTests = [...verdictTests, 'welch'] as const;
export type VerdictTest = (typeof usedTests)[number];

const plan = {
  /** Name of a metric of the problem. */
  metric: z.string().min(1).max(200),
  /** Step at which it is read; null: the end. */
  step: z.int().min(0).nullable(),
  /** Of rows that are paired seed by seed. */
  test: z.enum(verdictTests),
  /** Differences that are smaller do not matter, in units of the metric; null: nobody said. */
  margin: z.number().positive().nullable(),
};

/** What is judged, and how. It is kept with a comparison from before its first step. */
export const verdictPlanSchema = z.strictObject(plan);
export type VerdictPlan = z.infer<typeof verdictPlanSchema>;

/** Some of it, for a request: what is left out is as usual. */
export const verdictRequestSchema = z.strictObject({
  metric: plan.metric.exactOptional(),
  step: plan.step.exactOptional(),
  test: plan.test.exactOptional(),
  margin: plan.margin.exactOptional(),
});
export type VerdictRequest = z.infer<typeof verdictRequestSchema>;

const pairSchema = z.strictObject({
  /** Two rows as `<estimator> · <variant>, <settings>`, the better mean first. */
  a: z.string(),
  b: z.string(),
  /** Their groups, as in the table. */
  groups: z.tuple([z.string(), z.string()]),
  /** Mean of a minus b; null where a seed has no value. */
  difference: z.number().nullable(),
  /** Ends of its 95 % interval, not adjusted. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Two-sided; null with fewer than two seeds. */
  p: z.number().nullable(),
  /** By Holm over all pairs of the comparison. */
  adjustedP: z.number().nullable(),
  /** Seeds that both have, or the smaller number where the rows are not paired. */
  n: z.int(),
  test: z.enum(usedTests),
  /** The difference in standard deviations. */
  effect: z.number().nullable(),
  /** Chance that a run of a is better than one of b, ties half. */
  improvement: z.number().nullable(),
  /** p of the two one-sided tests that the difference is smaller than the margin; null: no margin. */
  equivalenceP: z.number().nullable(),
  /**
   * Of a pair with the best row, seeds that would be likely (80 %) to tell a difference as large as this one; null: of another pair,
   * decided, unknown, or more than 1000.
   */
  moreSeeds: z.int().nullable(),
});
export type VerdictPair = z.infer<typeof pairSchema>;

/** Whether a pair is told apart: its adjusted p is small enough. */
export function isTold({ adjustedP }: Pick<VerdictPair, 'adjustedP'>): boolean {
  return adjustedP !== null && adjustedP < LEVEL;
}

/** Whether further seeds might settle it: it is neither told apart nor alike within the margin. */
export function isOpen(pair: Pick<VerdictPair, 'adjustedP' | 'equivalenceP'>): boolean {
  return !isTold(pair) && (pair.equivalenceP === null || pair.equivalenceP >= LEVEL);
}

export const verdictSchema = z.strictObject({
  sentence: z.string(),
  metric: z.string(),
  /** Null: the end. */
  step: z.int().nullable(),
  test: z.enum(verdictTests),
  margin: z.number().nullable(),
  /** Whether it was fixed before the runs began; false: chosen after seeing the data. */
  declared: z.boolean(),
  /** Pairs of rows with a value: the family over which p is adjusted. */
  family: z.int(),
  /** All of them, those of the best row first; a page is sent the first few hundred. */
  pairs: z.array(pairSchema),
  /** Seeds that would be likely to settle what is open between the best row and others; null: nothing is open, or more than 1000. */
  moreSeeds: z.int().nullable(),
});
export type Verdict = z.infer<typeof verdictSchema>;
