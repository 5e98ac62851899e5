/** Winner determination: who gets what in one auction. */
import { z } from 'zod';
import { DEFAULT_TIME_LIMIT, outcomeSchema, timeLimitSchema } from '../solution.ts';
import { BUYER_SAMPLES } from './evaluation.ts';

export const winnerMethods = ['mip', 'branch-and-bound', 'dynamic-programming'] as const;
export type WinnerMethod = (typeof winnerMethods)[number];

export const winnerSettingsSchema = z.strictObject({
  path: z
    .string()
    .min(1)
    .max(4096)
    .describe('A file with one CATS auction')
    .meta({ widget: 'file', samples: BUYER_SAMPLES }),
  method: z
    .enum(winnerMethods)
    .default('mip')
    .describe('Integer programme, branch and bound with an LP bound, or all bundles of up to 12 goods'),
  timeLimit: timeLimitSchema.default(DEFAULT_TIME_LIMIT),
});

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
