/** What a solver found and proved: exact or classical results, apart from any training. */
import { z } from 'zod';
import { nameSchema } from './contract/texts.ts';
import { splitSchema } from './split.ts';
import { formatNumber } from './number-format.ts';
import { factSchema } from './pictures/picture.ts';
import { timestampSchema } from './timestamp.ts';

/** A number of seconds: what a person waits for, up to a day. */
export const timeLimitSchema = z
  .number()
  .gt(0)
  .max(86_400)
  .describe('Seconds, after which the best result so far and the bound are taken');
export const DEFAULT_TIME_LIMIT = 60;

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

export const outcomeSchema = {
  status: z.enum(solveStatuses),
  ...foundSchema,
  /** (bound - value) / bound, 0 where both are 0; null where one of them is missing. */
  gap: z.number().nullable(),
  seconds: z.number().nonnegative(),
};

export const solutionSchema = z.strictObject({
  /** Of a comparison's solutions of the same variants one has each name: a newer one takes its place. */
  name: z.string().min(1).max(200),
  /** The variants of the comparison whose data were solved, where others have other data; absent: it is true of all. */
  variants: z.array(nameSchema).min(1).optional(),
  solver: z.string().min(1).max(200),
  /** Of the solver, for people. */
  label: z.string().min(1).max(200),
  /** What it was solved for: `30 of 240 training buyers`. */
  of: z.string().max(500),
  settings: z.record(z.string(), z.unknown()),
  ...outcomeSchema,
  facts: z.array(factSchema).max(50),
  /** What stands beside the runs of a comparison. */
  lines: z
    .array(
      z.strictObject({
        label: z.string().min(1).max(500),
        help: z.string().max(2000),
        /** Null: it holds beside every split. */
        split: splitSchema.nullable(),
        value: z.number(),
      }),
    )
    .max(50),
  /** When it was computed. */
  at: timestampSchema,
});
export type Solution = z.infer<typeof solutionSchema>;

/** By what one is known among those of its comparison. */
export function solutionKey({ name, variants = [] }: Pick<Solution, 'name' | 'variants'>): string {
  return JSON.stringify([name, ...variants]);
}

/** What was solved, in words. */
export function solvedOf({ of, variants = [] }: Pick<Solution, 'of' | 'variants'>): string {
  return [of, variants.join('; ')].filter((part) => part !== '').join(' \u00b7 ');
}

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

/** One sentence on what is proved. */
export function proofOf({
  status,
  value,
  bound,
  seconds,
  of,
}: Pick<Solution, 'status' | 'value' | 'bound' | 'seconds' | 'of'>): string {
  const figures = `${formatNumber(value)} for ${of}, at most ${formatNumber(bound)} is possible`;
  const time = `${formatNumber(seconds)} s`;
  switch (status) {
    case 'optimal':
      return `Optimal after ${time}: ${figures}.`;
    case 'time-limit':
      return `Time limit reached after ${time}: ${figures}.`;
    case 'infeasible':
      return `The programme has no solution (after ${time}).`;
    case 'cancelled':
      return `Cancelled after ${time}: ${figures}.`;
  }
}
