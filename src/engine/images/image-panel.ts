/** Images as panels of pictures. */
import type { ImagesPanel } from '../../shared/pictures/images.ts';
import type { Picture } from '../../shared/pictures/picture.ts';
import type { ImageData, ImageSplit } from './image-data.ts';

interface ShownImages {
  readonly title: string;
  readonly height: number;
  readonly width: number;
  /** Grey values, 0 black and 1 white, image after image: [count, height, width]. */
  readonly pixels: ArrayLike<number>;
  /** What the grey values are; absent: those of an image. */
  readonly quantity?: string;
  /** One per image; absent: none has one. */
  readonly captions?: readonly string[];
  /** Images in a row; absent: as many as there is room for. */
  readonly columns?: number;
}

export function imagesPanel(shown: ShownImages): ImagesPanel {
  const { title, height, width, pixels, quantity, captions, columns } = shown;
  const size = height * width;
  const bytes = Uint8Array.from(pixels, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
  return {
    kind: 'images',
    title,
    width,
    height,
    channels: 'grey',
    ...(quantity === undefined ? {} : { quantity }),
    range: { from: 0, to: 1 },
    images: Array.from({ length: bytes.length / size }, (_, n) => ({
      caption: captions?.[n] ?? '',
      pixels: base64(bytes.subarray(n * size, (n + 1) * size)),
    })),
    ...(columns === undefined ? {} : { columns }),
  };
}

/** Without Node's Buffer, and without an argument a byte, of which a call takes only so many. */
function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Images of a preview, and pixels that a panel takes. */
const PREVIEWED = 40;
const MOST_PIXELS = 2 ** 19;

/** The first training images, with their labels: `ProblemDefinition.preview`. */
export function previewImages(data: ImageData): Picture {
  const { height, width, train } = data;
  const count = Math.min(PREVIEWED, train.count, Math.floor(MOST_PIXELS / (height * width)));
  const note = data.binarize === 'stochastic' ? 'Grey values, before pixels are drawn from them.' : '';
  if (count === 0 || Math.max(height, width) > 1024)
    return { note: 'The images are too large to be shown.', facts: [], panels: [] };
  return {
    note,
    facts: [],
    panels: [imagesPanel({ title: 'Training images', height, width, ...firstImages(train, count) })],
  };
}

/** Pixels and captions of the first images of a split. */
function firstImages({ pixels, labels, count: all }: ImageSplit, count: number) {
  const shown = pixels.subarray(0, (pixels.length / all) * count);
  return labels === null
    ? { pixels: shown }
    : { pixels: shown, captions: [...labels.subarray(0, count)].map(String) };
}
