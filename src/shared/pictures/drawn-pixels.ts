/** Grey pixels that a user draws on the page, as a field of a question: forms show a small canvas (`widget: 'pixels'`). */
import { z } from 'zod';

const MOST_SIDE = 64;
/** Pixels of a side of the canvas: those of MNIST. */
const SIDE = 28;

const side = (what: string) => z.int().min(1).max(MOST_SIDE).default(SIDE).describe(`Pixels of ${what}`);

export const drawnPixelsSchema = z
  .strictObject({
    width: side('a row'),
    height: side('a column'),
    bytes: z
      .base64()
      .max(2 * MOST_SIDE ** 2)
      .default('')
      .describe(
        'One byte per pixel in base64, row by row from the top left, 0 black and 255 white; empty: all black',
      ),
  })
  .superRefine(({ width, height, bytes }, context) => {
    const found = bytes === '' ? width * height : atob(bytes).length;
    if (found === width * height) return;
    context.addIssue({
      code: 'custom',
      path: ['bytes'],
      message: `expected ${width} x ${height} pixels, ${width * height} bytes, found ${found}`,
    });
  })
  .meta({ widget: 'pixels' });
export type DrawnPixels = z.infer<typeof drawnPixelsSchema>;

/** Grey values in [0, 1], by rows. */
export function drawnValues({ width, height, bytes }: DrawnPixels): Float32Array {
  if (bytes === '') return new Float32Array(width * height);
  return Float32Array.from(atob(bytes), (char) => char.charCodeAt(0) / 255);
}
