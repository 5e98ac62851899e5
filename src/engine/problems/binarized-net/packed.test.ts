/** Bits in place of signs: counts of bits, sums, thresholds, and the file. */
import { describe, expect, it } from 'vitest';
import { randomIntegers } from '../../random/fill.ts';
import { fold, rootKey } from '../../random/key.ts';
import { thresholdOf, type HardNetwork } from './hard-network.ts';
import { dotOfSigns, floatFile, packedFile, packedScores, packNetwork, popcount } from './packed.ts';

const key = rootKey(7);

function signs(count: number, place: number): Float32Array {
  return Float32Array.from(randomIntegers(fold(key, place), count, 2), (bit) => 2 * bit - 1);
}

function network(sizes: readonly number[], binary = true): HardNetwork {
  const layers = sizes.slice(1).map((outputs, i) => {
    const inputs = sizes[i]!;
    return {
      inputs,
      outputs,
      weights: signs(inputs * outputs, i),
      // Negative scales and a scale of 0 among them.
      scale: Float32Array.from({ length: outputs }, (_, k) => (k - 1) / (inputs * (i === 0 ? 255 : 1))),
      shift: Float32Array.from({ length: outputs }, (_, k) => ((k % 3) - 1) / 7),
    };
  });
  return { binary, activations: 'sign', layers };
}

describe('bits in place of signs', () => {
  it('counts the bits of a word', () => {
    for (const word of [0, 1, 0x8000_0000, 0xffff_ffff, 0x5555_5555, 0xdead_beef])
      expect(popcount(word)).toBe((word >>> 0).toString(2).replaceAll('0', '').length);
  });

  it.each([1, 3, 31, 32, 33, 64, 100])('sum of %i products of signs: n - 2 popcount(a xor b)', (n) => {
    const [a, b] = [signs(n, 10), signs(n, 11)];
    const layer = (weights: Float32Array): HardNetwork => {
      const one = Float32Array.of(1);
      return {
        binary: true,
        activations: 'sign',
        layers: [{ inputs: n, outputs: 1, weights, scale: one, shift: one }],
      };
    };
    const packed = [a, b].map((weights) => packNetwork(layer(weights)).output);
    const sum = a.reduce((total, sign, i) => total + sign * b[i]!, 0);
    expect(dotOfSigns(packed[0]!, 0, packed[1]!.words)).toBe(sum);
  });

  it.each([
    [0.5, -3, { sign: 1, threshold: 6 }],
    [0.5, -3.1, { sign: 1, threshold: 7 }],
    [-0.5, -3, { sign: -1, threshold: 6 }],
    [0, 0, { sign: 1, threshold: -(2 ** 30) }],
    [0, -1, { sign: 1, threshold: 2 ** 30 }],
    [1e-20, 1, { sign: 1, threshold: -(2 ** 30) }],
  ])('%d sum + %d >= 0, and sign(0) is +1', (scale, shift, expected) => {
    expect(thresholdOf({ scale: Float32Array.of(scale), shift: Float32Array.of(shift) }, 0)).toEqual(
      expected,
    );
  });

  it('has the scores of the network in doubles, layer by layer', () => {
    const net = network([9, 40, 33, 5]);
    const packed = packNetwork(net);
    for (let image = 0; image < 20; image++) {
      const bytes = randomIntegers(fold(key, 100 + image), 9, 256);
      const pixels = Float32Array.from(bytes, (byte) => byte / 255);
      let values = Array.from(bytes, (byte) => 2 * byte - 255);
      let scores: number[] = [];
      for (const { inputs, outputs, weights, scale, shift } of net.layers) {
        scores = Array.from({ length: outputs }, (_, k) => {
          let sum = 0;
          for (let i = 0; i < inputs; i++) sum += weights[i * outputs + k]! * values[i]!;
          return scale[k]! * sum + shift[k]!;
        });
        values = scores.map((y) => (y >= 0 ? 1 : -1));
      }
      expect(Array.from(packedScores(packed, pixels))).toEqual(scores);
    }
  });

  it('the file has one bit a weight, and no latent weights', () => {
    const net = network([64, 128, 10]);
    const file = packedFile(packNetwork(net), () => 'digest');
    const { header, body } = readSafetensors(file);
    expect(header['hidden1.weights']).toMatchObject({ dtype: 'U32', shape: [128, 2] });
    expect(header['hidden1.thresholds']).toMatchObject({ dtype: 'I32', shape: [128] });
    expect(header['output.weights']).toMatchObject({ dtype: 'U32', shape: [10, 4] });
    expect(body.length).toBe(4 * (128 * 2 + 128 + 10 * 4 + 10 + 10));
    // What Python's numpy.unpackbits(..., bitorder='little') sees of the first unit.
    const bits = Array.from({ length: 64 }, (_, i) => (body[i >> 3]! >> (i & 7)) & 1);
    const flip = net.layers[0]!.scale[0]! < 0 ? -1 : 1;
    expect(bits.map((bit) => 2 * bit - 1)).toEqual(
      Array.from({ length: 64 }, (_, i) => flip * net.layers[0]!.weights[i * 128]!),
    );
    expect(floatFile(net, () => 'digest').length).toBeGreaterThan(4 * (64 * 128 + 128 * 10));
  });

  it('a network with numbers in it is refused', () => {
    expect(() => packNetwork(network([4, 3, 2], false))).toThrow(
      /expected weights and activations that are signs/,
    );
  });
});

function readSafetensors(file: Uint8Array): { header: Record<string, unknown>; body: Uint8Array } {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  return {
    header: JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as Record<string, unknown>,
    body: file.subarray(8 + length),
  };
}
