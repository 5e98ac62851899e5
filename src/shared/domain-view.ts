/** What a problem shows of one trained run in its own terms: plain data that the page draws. */
import { z } from 'zod';
import { flowViewSchema } from './flow-view.ts';

/** Options sent of a menu; the rest is only counted. */
export const MOST_MENU_OPTIONS = 500;

const menuViewSchema = z.strictObject({
  kind: z.literal('menu'),
  /** Items there are, numbered from 0. */
  items: z.int().positive(),
  /** Options K of the menu, the null option not counted. */
  options: z.int().positive(),
  /** Buyers asked, all of the validation split. */
  buyers: z.int().nonnegative(),
  /** Mean payment of a buyer. */
  revenue: z.number(),
  /** Share of the buyers who bought nothing. */
  unsold: z.number(),
  /** Options that at least one buyer bought. */
  used: z.int().nonnegative(),
  /** By share of the buyers, largest first; `MOST_MENU_OPTIONS` at most. */
  shown: z.array(
    z.strictObject({
      option: z.int().nonnegative(),
      items: z.array(z.int().nonnegative()),
      price: z.number(),
      /** Share of the buyers who bought it. */
      share: z.number(),
      /** Its part of the mean payment: share times price. */
      revenue: z.number(),
    }),
  ),
});

export const domainViewSchema = z.discriminatedUnion('kind', [flowViewSchema, menuViewSchema]);
export type DomainView = z.infer<typeof domainViewSchema>;
export type MenuView = z.infer<typeof menuViewSchema>;
