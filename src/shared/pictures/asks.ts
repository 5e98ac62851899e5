/**
 * A question of the run's problem about a place of a plot: a panel that brings one lets a person move a point over it, and see the
 * answer beside it.
 */
import { z } from 'zod';
import { textSchema } from './parts.ts';

const keySchema = z.string().min(1).max(64);

export const asksSchema = z
  .strictObject({
    /** Its name; its answer is a picture. */
    question: z
      .string()
      .max(64)
      .regex(/^[a-z][a-z0-9-]*$/),
    /** What happens to the point, in a word or two. */
    label: textSchema,
    /** Keys of the question's input that get the place along either axis; without `y` only the one along x matters. */
    x: keySchema,
    y: keySchema.exactOptional(),
    /** What else is asked for, wherever the point is. */
    input: z.record(keySchema, z.union([z.string().max(200), z.number(), z.boolean()])).exactOptional(),
  })
  .superRefine(({ x, y, input = {} }, context) => {
    const keys = [x, ...(y === undefined ? [] : [y]), ...Object.keys(input)];
    const twice = keys.find((key, i) => keys.indexOf(key) !== i);
    if (twice === undefined) return;
    context.addIssue({ code: 'custom', message: `two parts of the question go by the key ${twice}` });
  });
export type Asks = z.infer<typeof asksSchema>;

/** The question's input at a place of the plot. */
export function inputAt(
  { x, y, input = {} }: Asks,
  place: readonly [number, number],
): Readonly<Record<string, string | number | boolean>> {
  return { ...input, [x]: place[0], ...(y === undefined ? {} : { [y]: place[1] }) };
}
