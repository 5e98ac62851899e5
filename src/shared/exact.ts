/** Exact baselines: computed to a proved bound or a time limit, apart from any training. */
import { z } from 'zod';
import { timestampSchema } from './timestamp.ts';

/** A number of seconds: what a person waits for, up to a day. */
const timeLimitSchema = z.number().gt(0).max(86_400);
export const DEFAULT_TIME_LIMIT = 60;

/** One revenue-optimal menu of a finite number of buyers; labels and help are in the problem's descriptor. */
export const exactMethods = ['lottery-menu', 'deterministic-menu'] as const;
export type ExactMethod = (typeof exactMethods)[number];

/**
 * Whose menu: of training buyers, as a learned menu has it, and then evaluated on the others; or of the test buyers themselves,
 * which gives no menu that one could have had before, but what none can exceed.
 */
export const exactSplits = ['train', 'test'] as const;

export const exactSettingsSchema = z.strictObject({
  method: z.enum(exactMethods),
  split: z.enum(exactSplits).default('train'),
  /** Buyers, the first of the split (whose order is random); null: all of them, or as many as the method's size limits allow. */
  bidders: z.int().min(1).nullable().default(null),
  timeLimit: timeLimitSchema.default(DEFAULT_TIME_LIMIT),
});
export type ExactSettings = z.infer<typeof exactSettingsSchema>;

export const winnerMethods = ['mip', 'branch-and-bound', 'dynamic-programming'] as const;
export type WinnerMethod = (typeof winnerMethods)[number];

export const winnerSettingsSchema = z.strictObject({
  /** A file with one CATS auction. */
  path: z.string().min(1),
  method: z.enum(winnerMethods).default('mip'),
  timeLimit: timeLimitSchema.default(DEFAULT_TIME_LIMIT),
});
export type WinnerSettings = z.infer<typeof winnerSettingsSchema>;

/** `cancelled`: what there was when the process was ended. */
const solveStatuses = ['optimal', 'time-limit', 'infeasible', 'cancelled'] as const;

/** Both null until something is found or proved. */
const foundSchema = {
  /** The best found. */
  value: z.number().nullable(),
  /** Nothing can exceed it. */
  bound: z.number().nullable(),
};

export const solveProgressSchema = z.strictObject({
  seconds: z.number().nonnegative(),
  limit: z.number(),
  ...foundSchema,
});
export type SolveProgress = z.infer<typeof solveProgressSchema>;

const outcomeSchema = {
  status: z.enum(solveStatuses),
  ...foundSchema,
  /** (bound - value) / bound, 0 where both are 0; null where one of them is missing. */
  gap: z.number().nullable(),
  seconds: z.number().nonnegative(),
};

/** One row of a comparison's exact baselines; revenue is the mean payment of a buyer. */
export const exactBaselineSchema = z.strictObject({
  method: z.enum(exactMethods),
  split: z.enum(exactSplits),
  /** Buyers of the split that took part. */
  bidders: z.int().nonnegative(),
  /** Buyers of the whole split. */
  available: z.int().nonnegative(),
  timeLimit: z.number().nonnegative(),
  ...outcomeSchema,
  /** Options of the menu. */
  options: z.int().nonnegative(),
  /** Of the best menu, by the ordinary hard evaluation on all buyers of each split; null without a menu. */
  revenue: z.strictObject({ train: z.number(), validation: z.number(), test: z.number() }).nullable(),
  /** When it was computed. */
  at: timestampSchema,
});
export type ExactBaseline = z.infer<typeof exactBaselineSchema>;

export const winnerResultSchema = z.strictObject({
  method: z.enum(winnerMethods),
  goods: z.int(),
  bidders: z.int(),
  bids: z.int(),
  ...outcomeSchema,
  /** Optimum of the linear relaxation; null where the method has none. */
  relaxation: z.number().nullable(),
  /** Who gets what; empty without an allocation. */
  allocation: z.array(
    z.strictObject({
      /** Bidders in the order of the file, from 0. */
      bidder: z.int(),
      goods: z.array(z.int()),
      value: z.number(),
    }),
  ),
});
export type WinnerResult = z.infer<typeof winnerResultSchema>;

/** The menu of an exact baseline, option by option. */
const exactOptionSchema = z.strictObject({
  price: z.number(),
  /** Bundles with their probabilities. */
  bundles: z.array(z.strictObject({ items: z.array(z.int()), probability: z.number() })).exactOptional(),
  /** A probability of each item, where that is all that buyers see. */
  shares: z.array(z.number()).exactOptional(),
});
export type ExactOption = z.infer<typeof exactOptionSchema>;

export const solveTaskSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('menu'),
    problem: z.string(),
    config: z.record(z.string(), z.unknown()),
    settings: exactSettingsSchema,
  }),
  z.strictObject({ kind: z.literal('winner'), settings: winnerSettingsSchema }),
]);
export type SolveTask = z.infer<typeof solveTaskSchema>;

export const solveResultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('menu'),
    baseline: exactBaselineSchema,
    menu: z.array(exactOptionSchema),
  }),
  z.strictObject({ kind: z.literal('winner'), result: winnerResultSchema }),
]);
export type SolveResult = z.infer<typeof solveResultSchema>;

/** A gap for people: below a thousandth of a percent it is that of the solver's tolerance. */
export function gapText(gap: number | null): string {
  if (gap === null) return '\u2014';
  return gap < 1e-5 ? '< 0.001 %' : `${Number((100 * gap).toPrecision(3))} %`;
}

/** Relative distance of a value from its bound. */
export function gapOf(value: number | null, bound: number | null): number | null {
  if (value === null || bound === null) return null;
  return bound === 0 ? 0 : Math.max(0, (bound - value) / Math.abs(bound));
}
