/**
 * A square of two numbers, cut into regions: which option a buyer with these two values takes, or any other label that depends
 * on two numbers. Sampled on a grid, so that a region may have any form.
 */
import { z } from 'zod';

const axisSchema = z
  .strictObject({ label: z.string(), from: z.number(), to: z.number() })
  .refine(({ from, to }) => from < to, 'from is not below to');

export const regionMapSchema = z
  .strictObject({
    x: axisSchema,
    y: axisSchema,
    /** Cells along each side. */
    side: z.int().min(1).max(512),
    /** Label at the middle of each cell, `side` rows of `side`, from the lowest y and in each from the lowest x. */
    cells: z.array(z.int()),
  })
  .refine(({ side, cells }) => cells.length === side * side, 'there are not side * side cells');
export type RegionMap = z.infer<typeof regionMapSchema>;
