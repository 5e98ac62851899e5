/**
 * The best atoms on wasm: which bundles contain an atom is asked of bits, 32 items a word, and of a softmax that is nearly
 * everywhere 1 for the largest and 0 for the others, only the rest is computed.
 */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { Exp, Softmax, util } from '@tensorflow/tfjs-core';
import { Assembly } from '../../assembler/assembly.ts';
import { BEST_INSIDE, BEST_SLOPE } from '../best-atoms.ts';
import { writeBestInside, writeTopOfGroups } from './best-atoms-code.ts';
import { TensorMemory } from './memory.ts';
import { WASM, plainConfig, plainKernel } from './plain-kernel.ts';

const WORD = 32;

const assembly = new Assembly({
  bestInside: [8, writeBestInside],
  topOfGroups: [7, writeTopOfGroups],
});

/** The kernels; those for `Exp` and `Softmax` must be registered. */
export function bestAtomsConfigs(): KernelConfig[] {
  return [bestInsideConfig(), bestSlopeConfig()];
}

function bestInsideConfig(): KernelConfig {
  return {
    kernelName: BEST_INSIDE,
    backendName: WASM,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { logits, wants, values } = inputs as Record<'logits' | 'wants' | 'values', TensorInfo>;
      const { atoms } = attrs as { atoms: number };
      const memory = new TensorMemory(backend);
      const [bundles, items] = logits.shape as [number, number];
      const buyers = wants.shape[0]! / atoms;
      const out = memory.allocate([buyers, bundles]);
      const words = Math.ceil(items / WORD);
      const absent = memory.allocate([words, bundles], 'int32');
      const wanted = memory.allocate([buyers * atoms, words], 'int32');
      const numbers = memory.floats(logits);
      fillAbsent(memory.words(absent), numbers, items);
      fillWanted(memory.words(wanted), memory.floats(wants), items);
      const places = [wanted, absent, values, out].map((x) => memory.address(x));
      assembly.in(memory.memory).bestInside(...places, buyers, atoms, words, bundles);
      memory.dispose(absent);
      memory.dispose(wanted);
      // Nothing is known of a bundle with a logit that is no number.
      const to = memory.floats(out);
      for (let i = 0; i < numbers.length; i++) {
        if (!Number.isNaN(numbers[i])) continue;
        for (let b = 0; b < buyers; b++) to[b * bundles + Math.floor(i / items)] = Number.NaN;
      }
      return out;
    },
  };
}

/** Words of the items that each bundle lacks, [words, K]. */
function fillAbsent(to: Int32Array, logits: Float32Array, items: number): void {
  const bundles = logits.length / items;
  to.fill(0);
  for (let k = 0; k < bundles; k++) {
    for (let first = 0, word = 0; first < items; first += WORD, word++) {
      let bits = 0;
      const count = Math.min(WORD, items - first);
      for (let j = 0; j < count; j++) bits |= Number(!(logits[k * items + first + j]! > 0)) << j;
      to[word * bundles + k] = bits;
    }
  }
}

/** Words of the items that each atom wants, [B A, words]. */
function fillWanted(to: Int32Array, wants: Float32Array, items: number): void {
  const words = Math.ceil(items / WORD);
  to.fill(0);
  for (let i = 0; i < wants.length; i++) {
    const item = i % items;
    if (wants[i] === 1) to[((i - item) / items) * words + Math.floor(item / WORD)]! |= 1 << (item % WORD);
  }
}

/** Further below the largest, a share of float32's softmax is 0, and that of the largest 1. */
const NOTHING = 104;

function bestSlopeConfig(): KernelConfig {
  const [exp, softmax] = [plainKernel(plainConfig(Exp)), plainKernel(plainConfig(Softmax))];
  return {
    kernelName: BEST_SLOPE,
    backendName: WASM,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const x = inputs['x']!;
      const { atoms, sharpness } = attrs as Record<'atoms' | 'sharpness', number>;
      const memory = new TensorMemory(backend);
      const groups = util.sizeFromShape(x.shape) / atoms;
      const out = memory.allocate(x.shape);
      const [largest, places, gaps, scale] = [groups, groups, groups, 1].map((size, i) =>
        memory.allocate([size], i === 1 ? 'int32' : 'float32'),
      ) as [TensorInfo, TensorInfo, TensorInfo, TensorInfo];
      memory.floats(scale)[0] = sharpness;
      const [from, toLargest, toPlaces, toGaps, at] = [x, largest, places, gaps, scale].map((info) =>
        memory.address(info),
      ) as [number, number, number, number, number];
      assembly.in(memory.memory).topOfGroups(from, toLargest, toPlaces, toGaps, groups, atoms, at);
      const single = exp(memory.backend, { x: largest });
      const tied: number[] = [];
      const [to, slopes, place, gap] = [
        memory.floats(out),
        memory.floats(single),
        memory.words(places),
        memory.floats(gaps),
      ];
      to.fill(0);
      for (let group = 0; group < groups; group++) {
        to[group * atoms + place[group]!] = slopes[group]!;
        if (!(gap[group]! > NOTHING && gap[group]! < Infinity)) tied.push(group);
      }
      for (const info of [largest, places, gaps, scale, single]) memory.dispose(info);
      if (tied.length > 0) shareOut(tied);
      return out;

      /** Groups without one largest number, by those kernels. */
      function shareOut(rows: readonly number[]): void {
        const [given, scaled] = [0, 1].map(() => memory.allocate([rows.length, atoms])) as [
          TensorInfo,
          TensorInfo,
        ];
        const [all, own, sharp] = [memory.floats(x), memory.floats(given), memory.floats(scaled)];
        for (const [i, row] of rows.entries()) {
          for (let k = 0; k < atoms; k++) {
            own[i * atoms + k] = all[row * atoms + k]!;
            sharp[i * atoms + k] = all[row * atoms + k]! * Math.fround(sharpness);
          }
        }
        const powers = exp(memory.backend, { x: given });
        const shares = softmax(memory.backend, { logits: scaled }, { dim: 1 });
        const [part, power, end] = [memory.floats(shares), memory.floats(powers), memory.floats(out)];
        for (const [i, row] of rows.entries())
          for (let k = 0; k < atoms; k++) end[row * atoms + k] = part[i * atoms + k]! * power[i * atoms + k]!;
        for (const tensor of [given, scaled, powers, shares]) memory.dispose(tensor);
      }
    },
  };
}
