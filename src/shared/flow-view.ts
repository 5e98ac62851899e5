/** A flow as it carries points: data that the page draws. */
import { z } from 'zod';

/** Items and journeys sent; the numbers beside them are of all. */
export const MOST_FLOW_ITEMS = 64;
export const SHOWN_JOURNEYS = 80;

export const flowViewSchema = z.strictObject({
  kind: z.literal('flow'),
  /** Items m; journeys have the first `MOST_FLOW_ITEMS` of them. */
  items: z.int().positive(),
  /** Points carried, all of the validation split. */
  points: z.int().positive(),
  /** Share of the rounding decisions that differ between start and end. */
  changed: z.number(),
  /** Different bundles that the points end in. */
  distinctBundles: z.int().nonnegative(),
  /** Mean of |s_T - 1/2|. */
  boundaryDistance: z.number(),
  /** Of the first points: where each is at t = 0, 1/N, ..., 1, an array of items for each time. */
  journeys: z.array(z.array(z.array(z.number()))),
});
export type FlowView = z.infer<typeof flowViewSchema>;
