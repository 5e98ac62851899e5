/** A picture as the bytes that store, checkpoints and run files have of it: JSON, compressed by zlib. */
import { deflateSync, inflateSync } from 'node:zlib';
import { AppError } from '../shared/errors.ts';
import { MOST_PICTURE_BYTES, readPicture, type Picture } from '../shared/pictures/picture.ts';

export function packPicture(picture: Picture): Uint8Array {
  return deflateSync(JSON.stringify(picture));
}

/**
 * Takes no more memory than a picture may.
 * @param parse of JSON; another one where it is that of strangers
 * @throws AppError validation in one sentence if the bytes are no picture
 */
export function unpackPicture(
  content: Uint8Array,
  name: string,
  parse: (json: string) => unknown = JSON.parse,
): Picture {
  return readPicture(parse(inflated(content, name)), name);
}

function inflated(content: Uint8Array, name: string): string {
  try {
    return inflateSync(content, { maxOutputLength: MOST_PICTURE_BYTES }).toString('utf8');
  } catch (error) {
    throw new AppError(
      'validation',
      `the picture "${name}" cannot be unpacked: it is damaged, or larger than ${MOST_PICTURE_BYTES / 2 ** 20} MiB`,
      { cause: error },
    );
  }
}
