/**
 * The safetensors container: 8 bytes little-endian header length, JSON header, tensor bytes. Any tool of the field opens
 * the studio's checkpoints. Source: https://github.com/huggingface/safetensors#format. The checksum in the metadata is ours.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../shared/errors.ts';

export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

const entrySchema = z.object({
  dtype: z.enum(['F32', 'F64']),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
const headerSchema = z
  .object({ __metadata__: z.record(z.string(), z.string()) })
  .catchall(entrySchema);

export function encodeSafetensors(
  tensors: readonly StoredTensor[],
  metadata: Readonly<Record<string, string>>,
): Buffer {
  let offset = 0;
  const entries: Record<string, unknown> = {};
  const chunks = tensors.map(({ name, shape, data }) => {
    const end = offset + data.byteLength;
    entries[name] = {
      dtype: data instanceof Float64Array ? 'F64' : 'F32',
      shape,
      data_offsets: [offset, end],
    };
    offset = end;
    return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  });
  const body = Buffer.concat(chunks);
  const sha256 = createHash('sha256').update(body).digest('hex');
  const json = JSON.stringify({ __metadata__: { ...metadata, sha256 }, ...entries });
  const header = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8, ' '), 'utf8');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, body]);
}

/** @throws AppError validation if the bytes are not a whole, unchanged file */
export function decodeSafetensors(
  bytes: Buffer,
  source: string,
): { tensors: StoredTensor[]; metadata: Readonly<Record<string, string>> } {
  const damaged = (what: string) => new AppError('validation', `${source}: ${what}; the file is damaged or not a checkpoint`);
  if (bytes.length < 8) throw damaged('shorter than its header');
  const headerEnd = 8 + Number(bytes.readBigUInt64LE(0));
  if (headerEnd > bytes.length) throw damaged('the header runs past the end');
  const parsed = headerSchema.safeParse(parseJson(bytes.toString('utf8', 8, headerEnd)));
  if (!parsed.success) throw damaged('the header is malformed');
  const { __metadata__: metadata, ...entries } = parsed.data;
  const body = bytes.subarray(headerEnd);
  if (createHash('sha256').update(body).digest('hex') !== metadata['sha256']) throw damaged('the checksum differs');
  const tensors = Object.entries(entries).map(([name, entry]): StoredTensor => {
    const [from, to] = entry.data_offsets;
    const count = entry.shape.reduce((product, side) => product * side, 1);
    const size = entry.dtype === 'F64' ? 8 : 4;
    if (to > body.length || to - from !== count * size) throw damaged(`tensor ${name} has the wrong length`);
    // Copied: the position inside the file need not be aligned.
    const raw = Uint8Array.from(body.subarray(from, to)).buffer;
    return { name, shape: entry.shape, data: size === 8 ? new Float64Array(raw) : new Float32Array(raw) };
  });
  return { tensors, metadata };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
