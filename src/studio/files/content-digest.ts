import { createHash } from 'node:crypto';
import { toBlob } from '../store/columns.ts';
import type { Series } from '../store/types.ts';

/** A tensor of 32-bit floats under its name. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major, as many as the product of the shape. */
  readonly data: Float32Array;
}

/**
 * SHA-256 of a run file's content: of both JSON texts, of name, steps and values of each series in the order of names, and of
 * name, shape and data of each parameter in the order of the file; before each piece its length in bytes as text and a colon.
 */
export function contentDigest(
  records: { readonly run: string; readonly comparison: string },
  series: Readonly<Record<string, Series>>,
  parameters: readonly NamedTensor[],
): Buffer {
  const hash = createHash('sha256');
  const add = (piece: string | Uint8Array) => {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    hash.update(`${bytes.byteLength}:`).update(bytes);
  };
  add(records.run);
  add(records.comparison);
  for (const name of Object.keys(series).sort()) {
    const { steps, values } = series[name] as Series;
    add(name);
    add(toBlob(steps));
    add(toBlob(values));
  }
  for (const { name, shape, data } of parameters) {
    add(name);
    add(JSON.stringify(shape));
    add(toBlob(data));
  }
  return hash.digest();
}
