/**
 * IDX files, as MNIST, Fashion-MNIST and EMNIST come in: two zero bytes, the type of the numbers (8: unsigned bytes), how many
 * sizes there are, each size as four bytes, the largest first, and the numbers (LeCun, Cortes, Burges, "The MNIST database of
 * handwritten digits", http://yann.lecun.com/exdb/mnist).
 */
import { AppError } from '../../shared/errors.ts';
import type { EngineHost } from '../core/engine-host.ts';

const UNSIGNED_BYTES = 8;
/** Bytes before the sizes, and of a size. */
const WORD = 4;
/** Numbers of a file: 600 000 images of 28 x 28 are fewer. Each becomes four bytes. */
const MOST_NUMBERS = 2 ** 29;

/** Kind of the samples that are images and labels: an IDX file each. */
export const IMAGE_SAMPLES = 'images';

/** What a file has to hold. */
export type IdxContent = 'images' | 'labels';
const dimensions: Readonly<Record<IdxContent, number>> = { images: 3, labels: 1 };

export interface IdxFile {
  /** Of images: how many, height, width; of labels: how many. */
  readonly sizes: readonly number[];
  /** The last index runs fastest. */
  readonly numbers: Uint8Array;
}

/**
 * @param at the config key that names the file, for messages
 * @throws AppError not-found, or validation: no such file, other content, or not as long as its sizes say
 */
export async function readIdx(
  path: string,
  content: IdxContent,
  at: string,
  host: EngineHost,
): Promise<IdxFile> {
  const head = WORD * (1 + dimensions[content]);
  const [file = path, another] = await host.listFiles(path, { samples: IMAGE_SAMPLES });
  // Of a folder, the host says that it is no file.
  const bytes = await host.readBytes(another === undefined ? file : path, (start) => {
    const sizes = sizesOf(start, content, path, at);
    // One more, to see whether there are more.
    return head + product(sizes) + 1;
  });
  const sizes = sizesOf(bytes, content, path, at);
  const expected = product(sizes);
  const found = bytes.length - head;
  if (found !== expected) {
    const remedy =
      found < expected
        ? 'it is cut short: fetch it again'
        : 'its header belongs to another file: fetch both again';
    throw refusal(
      path,
      at,
      `${expected} bytes after the header, which says ${sizes.join(' x ')}`,
      found < expected ? `${found}` : 'more',
      remedy,
    );
  }
  return { sizes, numbers: bytes.subarray(head) };
}

/** The sizes that a file with this beginning claims to have. */
function sizesOf(start: Uint8Array, content: IdxContent, path: string, at: string): number[] {
  const wanted = `an IDX file of ${content} (its first bytes 0, 0, 8, ${dimensions[content]})`;
  const refuse = (found: string, remedy: string) => refusal(path, at, wanted, found, remedy);
  if (start.length === 0) throw refuse('an empty file', 'fetch it again');
  const [first, second, type, rank = 0] = start;
  if (start.length < WORD || first !== 0 || second !== 0) {
    const shown = [...start.subarray(0, WORD)].join(', ');
    throw refuse(`one that begins with ${shown}`, 'choose an IDX file, plain or packed with gzip');
  }
  if (type !== UNSIGNED_BYTES)
    throw refuse(`numbers of type ${type}`, 'write them as unsigned bytes, 0 to 255');
  if (rank !== dimensions[content]) {
    const other = (Object.keys(dimensions) as IdxContent[]).find((known) => dimensions[known] === rank);
    throw other === undefined
      ? refuse(`${rank} dimensions`, `write ${content} in ${dimensions[content]}`)
      : refuse(`one of ${other}`, `name it under the key for ${other}`);
  }
  const head = WORD * (1 + rank);
  if (start.length < head) throw refuse(`${start.length} bytes`, 'it is cut short: fetch it again');
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const sizes = Array.from({ length: rank }, (_, i) => view.getUint32(WORD * (1 + i)));
  if (sizes.includes(0)) throw refuse(`${sizes.join(' x ')} of them`, 'choose a file that has some');
  if (product(sizes) > MOST_NUMBERS) {
    throw refuse(
      `a header that says ${sizes.join(' x ')} numbers, above the limit of ${MOST_NUMBERS}`,
      'check the file, or make a smaller one',
    );
  }
  return sizes;
}

function refusal(path: string, at: string, expected: string, found: string, remedy: string): AppError {
  return new AppError('validation', `${at}: ${path}: expected ${expected}, found ${found}; ${remedy}.`, {
    path: at,
  });
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}
