/** IDX files and hosts that have them, for tests of whatever reads images. */
import type { EngineHost } from '../../../src/engine/core/engine-host.ts';
import { imagesShape, type ImagesConfig } from '../../../src/engine/images/config.ts';
import { loadImages } from '../../../src/engine/images/load-images.ts';
import type { ImageData } from '../../../src/engine/images/image-data.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { bareHost } from '../engine-host.ts';

/** An IDX file of bytes; what its header says may be another thing than what it has. */
export function idxFile(sizes: readonly number[], numbers: ArrayLike<number>, type = 8): Uint8Array {
  const head = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  head.setUint8(2, type);
  head.setUint8(3, sizes.length);
  sizes.forEach((size, i) => head.setUint32(4 + 4 * i, size));
  return Uint8Array.from([...new Uint8Array(head.buffer), ...Array.from(numbers)]);
}

/** A host that has these files and no others, and what it was told. */
export function hostOf(
  files: Readonly<Record<string, Uint8Array>>,
): EngineHost & { readonly told: string[] } {
  const told: string[] = [];
  return {
    told,
    ...bareHost,
    readBytes(path, most) {
      const bytes = files[path];
      if (bytes === undefined) return Promise.reject(new AppError('not-found', `${path}: no such file`));
      return Promise.resolve(most === undefined ? bytes : bytes.subarray(0, most(bytes.subarray(0, 64))));
    },
    log: (_level, message) => void told.push(message),
  };
}

const { data: schema } = imagesShape({ kind: 'digits', binarize: 'none' });

/** A complete config of images. */
export function imagesConfig(data: object): ImagesConfig {
  return schema.parse(data);
}

export function imagesOf(data: object, host: EngineHost = hostOf({})): Promise<ImageData> {
  return loadImages(imagesConfig(data), host);
}

export const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Twenty images of 2 x 3 pixels whose first pixel is their number and whose others count on, ten of each of two labels. */
export const twentyImages = {
  images: idxFile(
    [20, 2, 3],
    range(20).flatMap((n) => [n, 1, 2, 3, 4, 255]),
  ),
  labels: idxFile(
    [20],
    range(20).map((n) => n % 2),
  ),
  'test-images': idxFile(
    [4, 2, 3],
    range(4).flatMap((n) => [100 + n, 1, 2, 3, 4, 255]),
  ),
  'test-labels': idxFile([4], [0, 1, 0, 1]),
};
const idx = { kind: 'idx', images: 'images', labels: 'labels' };
/** These files, with others in their place. */
export const readTwenty = (config: object = {}, more: Readonly<Record<string, Uint8Array>> = {}) =>
  imagesOf({ ...idx, ...config }, hostOf({ ...twentyImages, ...more }));
