/**
 * A binary network in 32-bit words: a sum of n products of signs is n - 2 popcount(a xor b), with a bit 1 for +1 (Rastegari, Ordonez,
 * Redmon, Farhadi, "XNOR-Net", ECCV 2016, section 3.2, https://arxiv.org/abs/1603.05279). The eight bits of a pixel are eight inputs
 * of weights 1, 2, .. 128. No tensors, no floating point before the scores of the classes.
 */
import { AppError } from '../../../shared/errors.ts';
import type { Digest } from '../../../shared/safetensors.ts';
import { encodeSafetensors, type WrittenTensor } from '../../core/stored-tensor.ts';
import { thresholdOf, type HardLayer, type HardNetwork } from './hard-network.ts';

const WORD = 32;
/** Bits of a pixel. */
const PLANES = 8;

export interface PackedLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** One row of words per unit: its weights, the first in the lowest bit. Bits beyond the last weight are 0. */
  readonly words: Uint32Array;
}

export interface PackedNetwork {
  /** A unit is +1 where its sum is at least its threshold: signs are in the weights. */
  readonly hidden: readonly (PackedLayer & { readonly thresholds: Int32Array })[];
  /** Score of a class: scale * sum + shift. */
  readonly output: PackedLayer & { readonly scale: Float32Array; readonly shift: Float32Array };
}

/** @throws AppError precondition, of a network with other numbers than signs in it */
export function packNetwork({ binary, layers }: HardNetwork): PackedNetwork {
  if (!binary) {
    throw new AppError(
      'precondition',
      'packed bits: expected weights and activations that are signs, found numbers; set weights and activations to sign, and train again.',
    );
  }
  const last = layers.at(-1)!;
  return {
    hidden: layers.slice(0, -1).map((layer) => {
      const thresholds = Array.from(layer.scale, (_, unit) => thresholdOf(layer, unit));
      return {
        ...packLayer(
          layer,
          thresholds.map(({ sign }) => sign),
        ),
        thresholds: Int32Array.from(thresholds, ({ threshold }) => threshold),
      };
    }),
    output: {
      ...packLayer(last, new Array<number>(last.outputs).fill(1)),
      scale: last.scale,
      shift: last.shift,
    },
  };
}

/** @param signs what the weights of each unit are multiplied with */
function packLayer({ inputs, outputs, weights }: HardLayer, signs: readonly number[]): PackedLayer {
  const each = Math.ceil(inputs / WORD);
  const words = new Uint32Array(each * outputs);
  for (let unit = 0; unit < outputs; unit++) {
    for (let i = 0; i < inputs; i++) {
      if (weights[i * outputs + unit]! * signs[unit]! > 0) setBit(words, unit * each * WORD + i);
    }
  }
  return { inputs, outputs, words };
}

function setBit(words: Uint32Array, bit: number): void {
  words[Math.floor(bit / WORD)]! |= 1 << (bit % WORD);
}

/** Bits of a 32-bit word that are 1 (Warren, "Hacker's Delight", 2nd edition 2012, section 5-1). */
export function popcount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const nibbles = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** Sum of the products of a unit's signs with those of the input. */
export function dotOfSigns({ inputs, words }: PackedLayer, unit: number, input: Uint32Array): number {
  const from = unit * input.length;
  let differing = 0;
  for (let w = 0; w < input.length; w++) differing += popcount(words[from + w]! ^ input[w]!);
  return inputs - 2 * differing;
}

/** Scores of the classes. @param pixels grey values of one image, in [0, 1] */
export function packedScores(network: PackedNetwork, pixels: Float32Array): Float64Array {
  const { hidden, output } = network;
  const planes = bitPlanes(pixels);
  let input: Uint32Array | undefined;
  const sumOf = (layer: PackedLayer, unit: number) =>
    input === undefined
      ? planes.reduce((sum, plane, n) => sum + 2 ** n * dotOfSigns(layer, unit, plane), 0)
      : dotOfSigns(layer, unit, input);
  for (const layer of hidden) {
    const next = new Uint32Array(Math.ceil(layer.outputs / WORD));
    for (let unit = 0; unit < layer.outputs; unit++)
      if (sumOf(layer, unit) >= layer.thresholds[unit]!) setBit(next, unit);
    input = next;
  }
  return Float64Array.from(output.scale, (scale, k) => scale * sumOf(output, k) + output.shift[k]!);
}

function bitPlanes(pixels: Float32Array): Uint32Array[] {
  const planes = Array.from({ length: PLANES }, () => new Uint32Array(Math.ceil(pixels.length / WORD)));
  pixels.forEach((grey, i) => {
    const byte = Math.round((2 ** PLANES - 1) * grey);
    planes.forEach((plane, n) => {
      if (((byte >>> n) & 1) === 1) setBit(plane, i);
    });
  });
  return planes;
}

/** The first of the largest scores. */
export function packedPrediction(network: PackedNetwork, pixels: Float32Array): number {
  const scores = packedScores(network, pixels);
  return scores.reduce((best, score, k) => (score > scores[best]! ? k : best), 0);
}

/** The packed network as a file. */
export function packedFile({ hidden, output }: PackedNetwork, sha256: Digest): Uint8Array {
  const words = ({ words: data, outputs }: PackedLayer) => ({
    shape: [outputs, data.length / outputs],
    data,
  });
  const tensors: WrittenTensor[] = [
    ...hidden.flatMap((layer, i) => [
      { name: `hidden${i + 1}.weights`, ...words(layer) },
      { name: `hidden${i + 1}.thresholds`, shape: [layer.outputs], data: layer.thresholds },
    ]),
    { name: 'output.weights', ...words(output) },
    { name: 'output.scale', shape: [output.outputs], data: output.scale },
    { name: 'output.shift', shape: [output.outputs], data: output.shift },
  ];
  const inputs = [...hidden.map((layer) => layer.inputs), output.inputs];
  const metadata = {
    format: 'gumbel-studio-xnor-1',
    inputs: inputs.join(),
    rule: 'bit 1 is +1, first weight in the lowest bit; a pixel byte b is 8 inputs, bit n of weight 2^n; a hidden unit is +1 where its sum is at least its threshold; a class has score scale * sum + shift',
  };
  return encodeSafetensors(tensors, metadata, sha256);
}

/** The same network as a file of float32 numbers: what the packed one is compared with. */
export function floatFile({ layers }: HardNetwork, sha256: Digest): Uint8Array {
  const tensors = layers.flatMap(({ inputs, outputs, weights, scale, shift }, i) => [
    { name: `layer${i + 1}.weights`, shape: [inputs, outputs], data: weights },
    { name: `layer${i + 1}.scale`, shape: [outputs], data: scale },
    { name: `layer${i + 1}.shift`, shape: [outputs], data: shift },
  ]);
  return encodeSafetensors(tensors, {}, sha256);
}
