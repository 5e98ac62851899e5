/** One buyer before a menu: what the buyer values, what each option gives, what is taken. */
import { z } from 'zod';
import { splitSchema } from '../split.ts';
import { bundleTextSchema } from './bundle-text.ts';

/** Options and wanted bundles sent of one buyer, the best ones; the rest is counted. */
export const MOST_BUYER_OPTIONS = 50;
export const MOST_BUYER_ATOMS = 100;
/** Buyers of one answer. */
const MOST_BUYERS = 50;

/** Which buyers are looked for: any, those who take nothing, those who take something. */
const buyerFilterSchema = z.enum(['all', 'leaving', 'buying']);

export const buyersQuerySchema = z.strictObject({
  split: splitSchema,
  /** Place in the split, from 0; the first buyer of the answer is there or after it. */
  from: z.int().nonnegative(),
  only: buyerFilterSchema.default('all'),
  limit: z.int().min(1).max(MOST_BUYERS).default(MOST_BUYERS),
});
export type BuyersQuery = z.infer<typeof buyersQuerySchema>;

const offerSchema = z.strictObject({
  option: z.int().nonnegative(),
  price: z.number(),
  value: z.number(),
  /** Value less price. */
  utility: z.number(),
});
export type Offer = z.infer<typeof offerSchema>;

const buyerViewSchema = z.strictObject({
  /** Place in the split, from 0. */
  place: z.int().nonnegative(),
  /** Number among all buyers, as files and generator have them. */
  bidder: z.int().nonnegative(),
  values: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('additive'), values: z.array(z.number()) }),
    z.strictObject({ kind: z.literal('unit-demand'), values: z.array(z.number()) }),
    z.strictObject({
      kind: z.literal('xor'),
      /** The most valued first. */
      atoms: z.array(z.strictObject({ bundle: bundleTextSchema, value: z.number() })),
      /** All of them, also those that are not sent. */
      count: z.int(),
    }),
  ]),
  /** The option that is taken; null: the buyer leaves. */
  taken: offerSchema.nullable(),
  /** The best for the buyer first. */
  offers: z.array(offerSchema),
  /** Options that would leave the buyer more than what is taken: 0, or truth-telling is not the best for this buyer. */
  better: z.int().nonnegative(),
});
export type BuyerView = z.infer<typeof buyerViewSchema>;

export const buyersAnswerSchema = z.strictObject({
  /** Buyers of the split. */
  buyers: z.int().nonnegative(),
  /** Options of the menu. */
  options: z.int().positive(),
  items: z.int().positive(),
  found: z.array(buyerViewSchema),
  /** Where to look on: the place after the last one that was looked at; null: the split has ended. */
  next: z.int().positive().nullable(),
});
export type BuyersAnswer = z.infer<typeof buyersAnswerSchema>;
