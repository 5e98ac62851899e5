/** The image that a question is about: one of a split, or one that a user drew. */
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { drawnPixelsSchema } from '../../shared/pictures/drawn-pixels.ts';
import { splitSchema, splitWords, type Split } from '../../shared/split.ts';

/** Which one of a split. */
export const placeShape = {
  split: splitSchema.default('validation').describe('Split of the image'),
  index: z.int().nonnegative().default(0).describe('Its number in the split, from 0'),
};

/** One kind of an `image`. */
export const drawnKind = z.strictObject({
  kind: z.literal('drawn').describe('Drawn here'),
  pixels: drawnPixelsSchema
    .prefault({})
    .describe("White on black; it is resized to the size of the run's images, and binarised where they are"),
});

/** `image` of problems whose runs have images and no others to ask about. */
export const askedImageSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('split').describe("One of the run's images"), ...placeShape }),
    drawnKind,
  ])
  .prefault({ kind: 'split' });

/** @param count images of the split @throws AppError validation: there are not so many */
export function checkPlace(
  { split, index }: { readonly split: Split; readonly index: number },
  count: number,
): void {
  if (index < count) return;
  throw new AppError(
    'validation',
    `image.index: expected 0 to ${count - 1}, the ${splitWords[split]} images, found ${index}; choose one of them.`,
    { path: 'image.index' },
  );
}
