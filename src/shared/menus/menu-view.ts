/** A menu and what buyers make of it, as plain data that a page draws. */
import { z } from 'zod';
import { regionMapSchema } from '../region-map.ts';
import { bundleTextSchema } from './bundle-text.ts';

/** Options sent of a menu; the rest is only counted. */
export const MOST_MENU_OPTIONS = 5000;
/** Shares of items or probabilities sent of a menu: what keeps one of many items and options within a few megabytes. */
export const MOST_MENU_NUMBERS = 250_000;

/** What the buyer of an option gets. */
const receivedSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bundle'), bundle: bundleTextSchema }),
  /** A share of every item, or the probability of getting it. */
  z.strictObject({ kind: z.literal('items'), shares: z.array(z.number()) }),
  /** One of several bundles, the most likely first; equal ones are one, those that never come are left out. */
  z.strictObject({
    kind: z.literal('lottery'),
    support: z.array(z.strictObject({ bundle: bundleTextSchema, weight: z.number() })),
  }),
]);
export type Received = z.infer<typeof receivedSchema>;

const menuOptionSchema = z.strictObject({
  option: z.int().nonnegative(),
  price: z.number(),
  received: receivedSchema,
  /** Share of the buyers who bought it; 0 where there are no buyers. */
  share: z.number(),
  /** Its part of the mean payment: share times price. */
  revenue: z.number(),
});
export type MenuOption = z.infer<typeof menuOptionSchema>;

export const menuViewSchema = z.strictObject({
  kind: z.literal('menu'),
  /** Items there are, numbered from 0. */
  items: z.int().positive(),
  /** Options K of the menu, the null option not counted. */
  options: z.int().positive(),
  allocation: z.enum(['bundles', 'items', 'lotteries']),
  /** What all of the validation buyers did; null where there are none to ask, and `missing` says why. */
  sales: z
    .strictObject({
      buyers: z.int().positive(),
      /** Mean payment of a buyer. */
      revenue: z.number(),
      /** Share of the buyers who bought nothing. */
      unsold: z.number(),
      /** Options that at least one buyer bought. */
      used: z.int().nonnegative(),
    })
    .nullable(),
  /** One sentence; empty where the buyers were asked. */
  missing: z.string(),
  /** By share of the buyers, largest first; without buyers in the order of the menu. */
  shown: z.array(menuOptionSchema),
  /** Of two items and buyers who have a value for each: which option (-1: none) is taken by whom. */
  map: regionMapSchema.nullable(),
});
export type MenuView = z.infer<typeof menuViewSchema>;
