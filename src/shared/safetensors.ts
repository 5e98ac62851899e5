/**
 * The safetensors container: 8 bytes little-endian header length, JSON header, tensor bytes. Any tool of the field opens
 * the studio's checkpoints. Source: https://github.com/huggingface/safetensors#format. The checksum in the metadata is ours.
 *
 * Numbers stay bytes here: whoever stores a run or forks it passes them on; who computes with them reads them by
 * `engine/core/stored-tensor.ts`.
 */
import { z } from 'zod';
import { AppError } from './errors.ts';

/** Hex digest of some bytes; the host gives its SHA-256, as this folder knows no host. */
export type Digest = (bytes: Uint8Array) => string;

/** As the format calls them. Floating-point numbers are read and written, integers only written, for others to read. */
type NumberType = 'F32' | 'F64' | 'I32' | 'U32';

/** What a header says of a tensor. */
interface DeclaredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: NumberType;
}

/** A tensor whose numbers nobody has looked at: little-endian, row-major. */
export interface TensorBytes extends DeclaredTensor {
  readonly bytes: Uint8Array;
}

const entrySchema = z.object({
  dtype: z.enum(['F32', 'F64']),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
/** Bytes of a header: the format's own limit. */
const LONGEST_HEADER = 100_000_000;
const headerSchema = z.object({ __metadata__: z.record(z.string(), z.string()) }).catchall(entrySchema);

/** The file of these tensors, in their order. */
export function joinSafetensors(
  tensors: readonly TensorBytes[],
  metadata: Readonly<Record<string, string>>,
  sha256: Digest,
): Uint8Array {
  const body = new Uint8Array(tensors.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let offset = 0;
  for (const { bytes } of tensors) {
    body.set(bytes, offset);
    offset += bytes.length;
  }
  const header = encodeSafetensorsHeader(tensors, { ...metadata, sha256: sha256(body) });
  const file = new Uint8Array(header.length + body.length);
  file.set(header, 0);
  file.set(body, header.length);
  return file;
}

/**
 * What stands before the tensors, whose bytes follow one after the other. Its length does not depend on the digest, so that a host
 * may write the tensors first.
 */
export function encodeSafetensorsHeader(
  tensors: readonly DeclaredTensor[],
  metadata: Readonly<Record<string, string>> & { readonly sha256: string },
): Uint8Array {
  const entries: Record<string, unknown> = {};
  let offset = 0;
  for (const { name, shape, type } of tensors) {
    const end = offset + shape.reduce((product, side) => product * side, type === 'F64' ? 8 : 4);
    entries[name] = { dtype: type, shape, data_offsets: [offset, end] };
    offset = end;
  }
  const header = new TextEncoder().encode(JSON.stringify({ __metadata__: metadata, ...entries }));
  // Padded with spaces so that the tensors lie aligned.
  const length = Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(8 + length).fill(0x20, 8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(header, 8);
  return bytes;
}

/**
 * The tensors of a file as the bytes that they are there, not copied.
 * @throws AppError validation if the bytes are not a whole, unchanged file
 */
export function splitSafetensors(
  bytes: Uint8Array,
  source: string,
  sha256: Digest,
): { tensors: TensorBytes[]; metadata: Readonly<Record<string, string>> } {
  const damaged = damage(source);
  const { metadata, entries, headerEnd } = decodeHeader(bytes, source);
  // Of no subclass of the host's, and no copy.
  const body = new Uint8Array(bytes.buffer, bytes.byteOffset + headerEnd, bytes.length - headerEnd);
  if (sha256(body) !== metadata['sha256']) throw damaged('the checksum differs');
  // One after the other without holes, as the format asks: tensors that overlap could ask for more memory than there is.
  let end = 0;
  const tensors = Object.entries(entries)
    .sort(([, one], [, other]) => one.data_offsets[0] - other.data_offsets[0])
    .map(([name, entry]): TensorBytes => {
      const [from, to] = entry.data_offsets;
      const count = entry.shape.reduce((product, side) => product * side, 1);
      const type = entry.dtype;
      if (from !== end || to > body.length || to - from !== count * (type === 'F64' ? 8 : 4))
        throw damaged(`tensor ${name} has the wrong length or place`);
      end = to;
      return { name, shape: entry.shape, type, bytes: body.subarray(from, to) };
    });
  if (end !== body.length) throw damaged('bytes belong to no tensor');
  return { tensors, metadata };
}

/** Length of the header with what stands before it. @param start at least the first 8 bytes of a file */
export function headerEndOf(start: Uint8Array, source: string): number {
  if (start.length < 8) throw damage(source)('shorter than its header');
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > LONGEST_HEADER) throw damage(source)('the header runs past the end');
  return 8 + length;
}

/** What a file says before its tensors. @param bytes at least its first `headerEndOf` ones */
export function decodeHeader(bytes: Uint8Array, source: string) {
  const headerEnd = headerEndOf(bytes, source);
  if (headerEnd > bytes.length) throw damage(source)('the header runs past the end');
  const parsed = headerSchema.safeParse(parseJson(new TextDecoder().decode(bytes.subarray(8, headerEnd))));
  if (!parsed.success) throw damage(source)('the header is malformed');
  const { __metadata__: metadata, ...entries } = parsed.data;
  return { metadata, entries, headerEnd };
}

function damage(source: string): (what: string) => AppError {
  return (what) =>
    new AppError('validation', `${source}: ${what}; the file is damaged or not one of the studio's`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
