/** Images of one size in a grid, grey or in colours, each with its caption. */
import { z } from 'zod';
import { rangeSchema, refused, textSchema, tooMany, type PanelRows } from './parts.ts';

const MOST_IMAGES = 400;
const MOST_BYTES = 2 ** 20;

const pixelsSchema = z.union([
  /** A byte a number in base64: 0 is the lower end of the range, 255 the upper one. */
  z.base64(),
  z.array(z.number()),
]);

export const imagesPanelSchema = z
  .strictObject({
    kind: z.literal('images'),
    title: textSchema,
    /** Pixels. */
    width: z.int().min(1).max(1024),
    height: z.int().min(1).max(1024),
    channels: z.enum(['grey', 'rgb']),
    /** What the grey values are; absent: values. */
    quantity: textSchema.exactOptional(),
    /** What black and white stand for; beyond them a pixel is black or white. */
    range: rangeSchema,
    images: z
      .array(
        z.strictObject({
          /** May be empty. */
          caption: z.string().max(200),
          /** By rows from the top left; of an image in colours red, green and blue of each pixel. */
          pixels: pixelsSchema,
        }),
      )
      .min(1),
    /** Images in a row, where rows belong together (an image and its reconstruction); absent: as many as there is room for. */
    columns: z.int().min(1).max(100).exactOptional(),
  })
  .superRefine((panel, context) => {
    const { images } = panel;
    const numbers = numbersOf(panel);
    const got = images.map(({ pixels }) => (typeof pixels === 'string' ? bytesIn(pixels) : pixels.length));
    const wrong = got.findIndex((count) => count !== numbers);
    refused(context, [
      tooMany('images', images.length, MOST_IMAGES),
      tooMany('numbers of all images', images.length * numbers, MOST_BYTES),
      wrong !== -1 &&
        `image ${wrong}: expected ${panel.width} x ${panel.height} pixels, ${numbers} numbers, got ${got[wrong]}`,
    ]);
  });
export type ImagesPanel = z.infer<typeof imagesPanelSchema>;

/** Of one image. */
function numbersOf({ width, height, channels }: Pick<ImagesPanel, 'width' | 'height' | 'channels'>): number {
  return width * height * (channels === 'rgb' ? 3 : 1);
}

function bytesIn(base64: string): number {
  return (base64.length / 4) * 3 - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0);
}

/** A byte a number, as it is drawn. */
export function imageBytes(
  { range }: Pick<ImagesPanel, 'range'>,
  pixels: string | readonly number[],
): Uint8Array {
  if (typeof pixels === 'string') return Uint8Array.from(atob(pixels), (char) => char.charCodeAt(0));
  const scale = 255 / (range.to - range.from);
  return Uint8Array.from(pixels, (value) =>
    Math.round(Math.min(255, Math.max(0, (value - range.from) * scale))),
  );
}

/** One row a pixel. */
export function imagesRows(panel: ImagesPanel): PanelRows {
  const { width, channels, range, images, quantity = 'Value' } = panel;
  const each = channels === 'rgb' ? 3 : 1;
  const unit = (range.to - range.from) / 255;
  return {
    header: ['Image', 'Caption', 'Row', 'Column', ...(each === 3 ? ['Red', 'Green', 'Blue'] : [quantity])],
    rows: images.flatMap(({ caption, pixels }, image) => {
      const values =
        typeof pixels === 'string'
          ? Array.from(imageBytes(panel, pixels), (byte) => Number((range.from + byte * unit).toPrecision(6)))
          : pixels;
      return Array.from({ length: values.length / each }, (_, n) => [
        image,
        caption,
        Math.floor(n / width),
        n % width,
        ...values.slice(n * each, (n + 1) * each),
      ]);
    }),
  };
}
