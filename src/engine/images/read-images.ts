/** Images of IDX files, with their labels. */
import { AppError } from '../../shared/errors.ts';
import type { EngineHost } from '../core/engine-host.ts';
import { readIdx } from './idx-file.ts';
import type { ImageSource } from './image-data.ts';

interface ImageFiles {
  readonly images: string;
  readonly labels: string | null;
  /** The config keys that name them, for messages. */
  readonly at: readonly [images: string, labels: string];
  /** Whether pixels come column after column. */
  readonly transposed: boolean;
}

const WHITE = 255;

/** @throws AppError that names key, file, what was expected and found */
export async function readImages(
  { images, labels, at, transposed }: ImageFiles,
  host: EngineHost,
): Promise<ImageSource> {
  const { sizes, numbers } = await readIdx(images, 'images', at[0], host);
  const [count, rows, columns] = sizes as [number, number, number];
  const size = rows * columns;
  const [height, width] = transposed ? [columns, rows] : [rows, columns];
  if (!transposed && /emnist/i.test(images))
    host.log(
      'warning',
      `${images}: images of EMNIST come with rows and columns exchanged; set data.transposed to turn them`,
    );
  return {
    name: images,
    count,
    height,
    width,
    labels: labels === null ? null : await readLabels(labels, at[1], count, images, host),
    write(image, out) {
      const first = image * size;
      if (!transposed) {
        for (let i = 0; i < size; i++) out[i] = numbers[first + i]! / WHITE;
        return;
      }
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) out[y * width + x] = numbers[first + x * height + y]! / WHITE;
    },
  };
}

async function readLabels(
  path: string,
  at: string,
  count: number,
  images: string,
  host: EngineHost,
): Promise<Uint8Array> {
  const { numbers } = await readIdx(path, 'labels', at, host);
  if (numbers.length !== count) {
    throw new AppError(
      'validation',
      `${at}: ${path}: expected ${count} labels, one for each image of ${images}, found ${numbers.length}; choose the two files of one data set.`,
      { path: at },
    );
  }
  return numbers;
}
