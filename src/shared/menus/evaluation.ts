/** A menu before other buyers than those it was trained on. */
import { z } from 'zod';

/** Kind of the samples that are buyers: a folder of CATS files each. */
export const BUYER_SAMPLES = 'bidders';

/** Kind of the samples that are tables of values, CSV or NPY. */
export const TABLE_SAMPLES = 'valuations';

export const evaluationInputSchema = z.strictObject({
  bidders: z
    .string()
    .min(1)
    .max(4096)
    .describe('A CATS file, a folder of them, `sample:<name>`, or a table of values or bids (CSV, NPY)'),
  menu: z
    .string()
    .min(1)
    .max(4096)
    .nullable()
    .default(null)
    .describe("A menu as CSV, in place of the run's own"),
});

/** A mean over the buyers; the standard error is null for a single one. */
const meanSchema = z.strictObject({ mean: z.number(), standardError: z.number().nullable() });
export type BuyersMean = z.infer<typeof meanSchema>;

const earnedSchema = z.strictObject({
  /** Payment of a buyer. */
  revenue: meanSchema,
  /** Value of what a buyer gets. */
  welfare: meanSchema,
  /** Share of the buyers who bought. */
  sold: z.number(),
});
export type Earned = z.infer<typeof earnedSchema>;

const postedSchema = z.strictObject({
  ...earnedSchema.shape,
  /** The menu's revenue as a multiple of this one; null where this one earns nothing. Paired: of the same buyers. */
  ratio: meanSchema.nullable(),
});

export const evaluationSchema = z.strictObject({
  buyers: z.int().positive(),
  items: z.int().positive(),
  options: z.int().positive(),
  menu: z.strictObject({
    ...earnedSchema.shape,
    /** Options that some buyer bought. */
    used: z.int().nonnegative(),
    /** Buyers who pay more than what they get is worth to them. */
    irViolations: z.int().nonnegative(),
    /** Buyers to whom another option, or leaving, would give more than what they take. */
    dsicViolations: z.int().nonnegative(),
  }),
  /** Prices fitted on the run's training buyers, before the same buyers as the menu; null: `notes` say why. */
  posted: z
    .strictObject({ bundlePrice: postedSchema, sizePrices: postedSchema, itemPrices: postedSchema })
    .nullable(),
  /** Sentences on what to mind. */
  notes: z.array(z.string()),
});
export type Evaluation = z.infer<typeof evaluationSchema>;

/** The same with what makes intervals of standard errors. */
export const evaluatedSchema = z.strictObject({
  ...evaluationSchema.shape,
  /** A 95 % interval reaches this many standard errors to each side of a mean; null of a single buyer. */
  errorsEachSide: z.number().nullable(),
});
export type Evaluated = z.infer<typeof evaluatedSchema>;
