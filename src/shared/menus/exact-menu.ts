/** Optimal menus of a finite number of buyers: what is asked, what comes of it, and how it is kept as a solution. */
import { z } from 'zod';
import { counted } from '../counted.ts';
import { splits } from '../split.ts';
import {
  DEFAULT_TIME_LIMIT,
  outcomeSchema,
  proofOf,
  solutionSchema,
  timeLimitSchema,
  type Solution,
} from '../solution.ts';
import { timestampSchema } from '../timestamp.ts';

export const exactMethods = ['lottery-menu', 'deterministic-menu'] as const;
export type ExactMethod = (typeof exactMethods)[number];

export const exactMethodLabels: Readonly<Record<ExactMethod, string>> = {
  'lottery-menu': 'Optimal lottery menu',
  'deterministic-menu': 'Optimal deterministic menu',
};

/**
 * Whose menu: of training buyers, as a learned menu has it, and then evaluated on the others; or of the test buyers themselves,
 * which gives no menu that one could have had before, but what none can exceed.
 */
const exactSplits = ['train', 'test'] as const;

export const exactSettingsSchema = z.strictObject({
  split: z
    .enum(exactSplits)
    .default('train')
    .describe(
      'train: a menu of training buyers, evaluated on all; test: what no menu can exceed on the test buyers',
    ),
  bidders: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'How many buyers of the split to solve for, the first ones. Empty: as many as about a minute solves',
    ),
  timeLimit: timeLimitSchema.default(DEFAULT_TIME_LIMIT),
});
export type ExactSettings = z.infer<typeof exactSettingsSchema>;

/** Revenue is the mean payment of a buyer. */
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
});
export type ExactBaseline = z.infer<typeof exactBaselineSchema>;

const earlierSchema = z
  .strictObject({ ...exactBaselineSchema.shape, at: timestampSchema })
  .transform(({ at, ...baseline }): Solution => ({ ...exactSolution(baseline), at }));

/** A solution as it is kept with a comparison: earlier studios kept baselines of menus alone, by their method. */
export const keptSolutionSchema = z.unknown().transform((kept, context): Solution => {
  const earlier = typeof kept === 'object' && kept !== null && 'method' in kept;
  const read = (earlier ? earlierSchema : solutionSchema).safeParse(kept);
  if (read.success) return read.data;
  for (const { path, message } of read.error.issues) {
    context.issues.push({ code: 'custom', path, message, input: kept });
  }
  return z.NEVER;
});

/** The menu of an exact baseline, option by option. */
export interface ExactOption {
  readonly price: number;
  /** Bundles with their probabilities. */
  readonly bundles?: readonly { readonly items: readonly number[]; readonly probability: number }[];
  /** A probability of each item, where that is all that buyers see. */
  readonly shares?: readonly number[];
}

export function exactSolution(baseline: ExactBaseline): Omit<Solution, 'at'> {
  const { method, split, bidders, available, timeLimit, status, value, bound, gap, seconds } = baseline;
  const { options, revenue } = baseline;
  const of = `${bidders} of ${available} ${split === 'train' ? 'training' : 'test'} buyers`;
  return {
    name: `${method}-${split}`,
    solver: method,
    label: exactMethodLabels[method],
    of,
    settings: { split, bidders, timeLimit },
    status,
    value,
    bound,
    gap,
    seconds,
    facts: [
      { label: 'Options', value: options },
      ...(revenue === null
        ? []
        : splits.map((name) => ({ label: `Revenue, ${name} buyers`, value: revenue[name] }))),
    ],
    lines: linesOf(baseline, proofOf({ status, value, bound, seconds, of })),
  };
}

/** The menu on every split, or its bound; none if nothing was found or proved. */
function linesOf(baseline: ExactBaseline, proof: string): Solution['lines'] {
  const { method, split, bidders, available, bound, revenue } = baseline;
  const known = exactMethodLabels[method];
  if (split === 'train') {
    const label = `${known} for ${bidders === available ? 'all ' : ''}${counted(bidders, 'training buyer')}`;
    const help = `Optimal for ${bidders} of ${available} training buyers, evaluated on all buyers of the split. ${proof}`;
    return splits.flatMap((on) => (revenue === null ? [] : [{ label, help, split: on, value: revenue[on] }]));
  }
  if (bound === null) return [];
  const menus = method === 'deterministic-menu' ? 'No deterministic menu' : 'No menu';
  const whose =
    bidders === available ? 'the test buyers' : `the first ${bidders} of ${available} test buyers`;
  return [
    {
      label: `Bound for ${whose} (${known.toLowerCase()})`,
      help: `${menus} earns more from ${whose}. ${proof}`,
      split,
      value: bound,
    },
  ];
}
