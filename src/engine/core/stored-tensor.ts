/** Tensors in the files of `shared/safetensors.ts`, as numbers. */
import {
  joinSafetensors,
  splitSafetensors,
  type Digest,
  type TensorBytes,
} from '../../shared/safetensors.ts';

export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/** What is written for other programs: integers and packed bits too. */
export interface WrittenTensor extends Omit<StoredTensor, 'data'> {
  readonly data: StoredTensor['data'] | Int32Array | Uint32Array;
}

export function encodeSafetensors(
  tensors: readonly WrittenTensor[],
  metadata: Readonly<Record<string, string>>,
  sha256: Digest,
): Uint8Array {
  const parts = tensors.map(({ name, shape, data }): TensorBytes => ({
    name,
    shape,
    type: typeOf(data),
    bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  }));
  return joinSafetensors(parts, metadata, sha256);
}

/** @throws AppError validation if the bytes are not a whole, unchanged file */
export function decodeSafetensors(
  bytes: Uint8Array,
  source: string,
  sha256: Digest,
): { tensors: StoredTensor[]; metadata: Readonly<Record<string, string>> } {
  const { tensors, metadata } = splitSafetensors(bytes, source, sha256);
  const decoded = tensors.map(({ name, shape, type, bytes: own }): StoredTensor => {
    // Copied: the position inside the file need not be aligned.
    const raw = Uint8Array.from(own).buffer;
    return { name, shape, data: type === 'F64' ? new Float64Array(raw) : new Float32Array(raw) };
  });
  return { tensors: decoded, metadata };
}

function typeOf(data: WrittenTensor['data']): TensorBytes['type'] {
  if (data instanceof Float64Array) return 'F64';
  if (data instanceof Uint32Array) return 'U32';
  return data instanceof Int32Array ? 'I32' : 'F32';
}
