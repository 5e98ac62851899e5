import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { joinSafetensors, splitSafetensors } from '../../shared/safetensors.ts';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from './stored-tensor.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const tensors: readonly StoredTensor[] = [
  { name: 'parameter/price', shape: [3], data: Float32Array.of(0.1, -0, 1e-40) },
  { name: 'empty', shape: [0, 4], data: new Float32Array(0) },
  { name: 'points/0/gap/values', shape: [2], data: Float64Array.of(Number.NaN, -Infinity) },
];

describe('safetensors', () => {
  const bytes = encodeSafetensors(tensors, { loop: '{"step":3}' }, sha256);

  it('gives back every bit, name, shape and the metadata', () => {
    const { tensors: read, metadata } = decodeSafetensors(bytes, 'file', sha256);
    expect(read.map(({ name, shape }) => [name, shape])).toEqual(
      tensors.map(({ name, shape }) => [name, shape]),
    );
    for (const [i, { data }] of tensors.entries()) {
      expect(read[i]?.data.constructor).toBe(data.constructor);
      expect(new Uint8Array(read[i]?.data.buffer ?? new ArrayBuffer(0))).toEqual(new Uint8Array(data.buffer));
    }
    expect(metadata['loop']).toBe('{"step":3}');
  });

  it('split into bytes and joined again, is the same file', () => {
    const { tensors: parts, metadata } = splitSafetensors(bytes, 'file', sha256);
    expect(parts.map(({ type, bytes: { length } }) => [type, length])).toEqual([
      ['F32', 12],
      ['F32', 0],
      ['F64', 16],
    ]);
    expect(joinSafetensors(parts, metadata, sha256)).toEqual(bytes);
  });

  it('follows the published layout: little-endian header length, JSON padded to 8 bytes, offsets from the body', () => {
    const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(headerLength % 8).toBe(0);
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength)));
    expect(header).toMatchObject({
      'parameter/price': { dtype: 'F32', shape: [3], data_offsets: [0, 12] },
      'points/0/gap/values': { dtype: 'F64', shape: [2], data_offsets: [12, 28] },
    });
  });

  it('a file cut at any byte is refused with its name', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeSafetensors(bytes.slice(0, length), 'cut.safetensors', sha256)).toThrow(
        /^cut\.safetensors: /,
      );
    }
  });

  it('a changed byte is refused, or lies in the header and changes nothing that was stored', () => {
    for (let i = 0; i < bytes.length; i++) {
      const changed = Uint8Array.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ 1;
      let read;
      try {
        read = decodeSafetensors(changed, 'file', sha256);
      } catch (error) {
        expect(String(error)).toContain('file: ');
        continue;
      }
      expect(i).toBeLessThan(8 + Number(new DataView(bytes.buffer).getBigUint64(0, true)));
      expect(read.tensors).toHaveLength(tensors.length);
    }
  });
});
