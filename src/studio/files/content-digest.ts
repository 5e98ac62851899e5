import { createHash } from 'node:crypto';
import { bytesPerNumber, toBlob } from '../store/columns.ts';
import type { Series } from '../store/types.ts';

/** A tensor of 32-bit floats, as the bytes that checkpoints and run files both have of it: nobody looks at its numbers here. */
export interface FileTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Little-endian and row-major, four for each number that the shape asks for. */
  readonly bytes: Uint8Array;
}

/**
 * SHA-256 of a run file's content: of both JSON texts, of name, steps and values of each series in the order of names, and of
 * name, shape and bytes of each parameter in the order of the file; of pictures, where there are some, each content in the order of
 * the file, and then name, step and number of the content of each by name and step; before each piece its length in bytes as text
 * and a colon. Long pieces come in parts.
 */
export class ContentDigest {
  readonly #hash = createHash('sha256');

  constructor(records: { readonly run: string; readonly comparison: string }) {
    this.addPiece(Buffer.from(records.run));
    this.addPiece(Buffer.from(records.comparison));
  }

  /** Its steps follow, `add` by `add`. */
  beginSeries(name: string, count: number): void {
    this.addPiece(Buffer.from(name));
    this.beginColumn(count);
  }

  /** @param count numbers that follow */
  beginColumn(count: number): void {
    this.#hash.update(`${count * bytesPerNumber}:`);
  }

  add(part: Float64Array): void {
    this.#hash.update(toBlob(part));
  }

  addParameter({ name, shape, bytes }: FileTensor): void {
    this.addPiece(Buffer.from(name));
    this.addPiece(Buffer.from(JSON.stringify(shape)));
    this.addPiece(bytes);
  }

  addPiece(bytes: Uint8Array): void {
    this.#hash.update(`${bytes.byteLength}:`).update(bytes);
  }

  value(): Buffer {
    return this.#hash.digest();
  }
}

/** Of all but pictures, which may follow. */
export function contentDigest(
  records: { readonly run: string; readonly comparison: string },
  series: Readonly<Record<string, Series>>,
  parameters: readonly FileTensor[],
): ContentDigest {
  const digest = new ContentDigest(records);
  for (const name of Object.keys(series).sort()) {
    const { steps, values } = series[name] as Series;
    digest.beginSeries(name, steps.length);
    digest.add(steps);
    digest.beginColumn(values.length);
    digest.add(values);
  }
  for (const tensor of parameters) digest.addParameter(tensor);
  return digest;
}
