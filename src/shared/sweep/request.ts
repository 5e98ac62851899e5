/** What a sweep searches over, how, and what ends it: as somebody asks for it, and as it is kept with its comparison. */
import { z } from 'zod';

/** Variants of one comparison, those of a sweep counted. */
export const MOST_VARIANTS = 512;
/** Values of one key. */
const MOST_VALUES = 5000;
/** Where nobody says how many; a power of two, as a Sobol sequence is even then. */
export const USUAL_TRIALS = 16;
/** Of a rung one in so many goes on, where nobody says it (Li et al. 2020 take 4, Hyperband 3). */
const USUAL_ETA = 3;

const valueSchema = z.union([z.number(), z.string().max(200), z.boolean()]);
export type SweepValue = z.infer<typeof valueSchema>;

const sweepScales = ['linear', 'log'] as const;

const rangeSchema = z
  .strictObject({
    low: z.number(),
    high: z.number(),
    /** `log`: evenly in the logarithm. */
    scale: z.enum(sweepScales).default('linear'),
    /** Whole numbers only, both ends among them. */
    whole: z.boolean().default(false),
  })
  .refine(({ low, high }) => low < high, 'expected low below high')
  .refine(({ low, scale }) => scale === 'linear' || low > 0, 'a log scale begins above 0')
  .refine(
    ({ low, high, whole }) => !whole || (Number.isSafeInteger(low) && Number.isSafeInteger(high)),
    'a range of whole numbers has whole ends',
  );
export type SweepRange = z.infer<typeof rangeSchema>;

/** Values to choose among, or a range to draw from. */
const overSchema = z.union([z.array(valueSchema).min(1).max(MOST_VALUES), rangeSchema]);
export type SweepOver = z.infer<typeof overSchema>;

const keySchema = z.string().min(1).max(200);

/** By dotted key of the config (`temperature`, `valuations.atoms`) or of settings (`estimators.reinforce.samples`). */
export const sweepSchema = z.record(keySchema, overSchema);
export type Sweep = z.infer<typeof sweepSchema>;

export const searchMethods = ['grid', 'random', 'sobol'] as const;
const methodSchema = z.enum(searchMethods);
export type SearchMethod = z.infer<typeof methodSchema>;

const trials = z.int().min(1).max(MOST_VARIANTS);
const searchSeed = z.int().min(0).max(0xffff_ffff);
const rung = z.int().min(1);
const eta = z.number().min(2).max(64);

const budget = {
  /** Runs that are started, in their order. */
  runs: z.int().min(1),
  /** Training steps of all runs together. */
  steps: z.number().positive(),
  /** Evaluations of f of all runs together. */
  evaluations: z.number().positive(),
  /** Training time of all runs together, however many train at once. */
  minutes: z.number().positive(),
};
export const budgetNames = Object.keys(budget) as readonly (keyof typeof budget)[];

/** Whichever is spent first ends the sweep. */
const budgetSchema = z
  .strictObject({
    runs: budget.runs.exactOptional(),
    steps: budget.steps.exactOptional(),
    evaluations: budget.evaluations.exactOptional(),
    minutes: budget.minutes.exactOptional(),
  })
  .refine((given) => Object.keys(given).length > 0, `expected one of ${budgetNames.join(', ')}`);
export type SweepBudget = z.infer<typeof budgetSchema>;

export const searchSchema = z.strictObject({
  /** Absent: a grid, or Sobol points where a key has a range. */
  method: methodSchema.exactOptional(),
  /** Settings that are tried of each named variant; of a grid all. */
  trials: trials.exactOptional(),
  /** Another one draws other settings. */
  seed: searchSeed.exactOptional(),
  /** Stops what falls behind: `min`: steps before the first look (absent: so that there are three), `eta`: one in so many goes on. */
  halving: z.strictObject({ min: rung.exactOptional(), eta: eta.exactOptional() }).exactOptional(),
  budget: budgetSchema.exactOptional(),
});
export type Search = z.infer<typeof searchSchema>;

/** Rungs at min, min·eta, min·eta^2, ... steps. */
const halvingSchema = z.strictObject({ min: rung, eta });
export type Halving = z.infer<typeof halvingSchema>;

/** What is kept with a comparison: complete, and nothing that its runs say themselves. */
export const sweepPlanSchema = z.strictObject({
  keys: z.array(
    z.strictObject({
      key: keySchema,
      over: overSchema,
      /** What the config or the settings have without the sweep; null: nothing, or nobody knows. */
      standard: z.json(),
    }),
  ),
  /** Variants that are swept one by one; empty: there are none. */
  named: z.array(z.string()),
  method: methodSchema,
  /** Null: all of a grid. */
  trials: trials.nullable(),
  seed: searchSeed,
  halving: halvingSchema.nullable(),
  budget: budgetSchema.nullable(),
});
export type SweepPlan = z.infer<typeof sweepPlanSchema>;

/** Of a comparison that trains the winner of a sweep on fresh seeds. */
export const confirmsSchema = z.strictObject({
  /** That of the sweep. */
  comparison: z.string(),
  /** Row of the sweep that was the best of them when it was chosen. */
  group: z.string(),
  /** Its runs here, by variant; those of another variant have the swept keys as they are without the sweep. */
  variant: z.string(),
  /** Mean of its seeds in the sweep, and how many trials it was the best of. */
  chosen: z.number(),
  of: z.int(),
});

/** The method where nobody names one. */
export function methodOf(sweep: Sweep, { method }: Search): SearchMethod {
  return method ?? (Object.values(sweep).some((over) => !Array.isArray(over)) ? 'sobol' : 'grid');
}

/** The rungs that are asked for, of runs of so many steps: without a first one three of them. */
export function halvingOf({ halving }: Search, steps: number): Halving | null {
  if (halving === undefined) return null;
  const { eta: share = USUAL_ETA } = halving;
  return { min: halving.min ?? Math.max(1, Math.round(steps / share ** 3)), eta: share };
}
