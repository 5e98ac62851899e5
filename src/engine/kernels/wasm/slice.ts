/**
 * `tf.slice` and `tf.split` on wasm, run by run of neighbouring elements. The backend's own copy the whole input out first,
 * once for every slice.
 */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { Slice, SplitV, backend_util, slice_util, util } from '@tensorflow/tfjs-core';
import { copyRows } from './copy-rows.ts';
import { TensorMemory } from './memory.ts';
import { plainConfig } from './plain-kernel.ts';

/** The kernel for `Slice` on wasm; the plain one must be registered, and does types of other than 4 bytes. */
export function sliceConfig(): KernelConfig {
  const plain = plainConfig(Slice);
  return {
    ...plain,
    kernelFunc: (call) => {
      const { x } = call.inputs;
      if (x === undefined || !hasWords(x)) return plain.kernelFunc(call);
      const { begin, size } = call.attrs as { begin: number[]; size: number[] };
      const [from, to] = slice_util.parseSliceParams(x, begin, size) as [number[], number[]];
      slice_util.assertParamsValid(x, from, to);
      return sliced(new TensorMemory(call.backend), x, from, to);
    },
  };
}

/** The kernel for `SplitV` on wasm; the plain one must be registered, and does types of other than 4 bytes. */
export function splitConfig(): KernelConfig {
  const plain = plainConfig(SplitV);
  return {
    ...plain,
    kernelFunc: (call) => {
      const { x } = call.inputs;
      if (x === undefined || !hasWords(x)) return plain.kernelFunc(call);
      const { numOrSizeSplits, axis } = call.attrs as { numOrSizeSplits: number | number[]; axis: number };
      const along = util.parseAxisParam(axis, x.shape)[0]!;
      const sides = backend_util.prepareSplitSize(x, numOrSizeSplits, along);
      const memory = new TensorMemory(call.backend);
      const rows = util.sizeFromShape(x.shape.slice(0, along));
      const stride = util.sizeFromShape(x.shape.slice(along));
      let start = 0;
      return sides.map((side) => {
        const out = memory.allocate(x.shape.with(along, side), x.dtype);
        const columns = util.sizeFromShape(out.shape.slice(along));
        const from = { address: memory.address(x) + 4 * start, stride };
        copyRows(memory, from, { address: memory.address(out), stride: columns }, rows, columns);
        start += columns;
        return out;
      });
    },
  };
}

function hasWords(x: TensorInfo): boolean {
  return x.dtype === 'float32' || x.dtype === 'int32';
}

function sliced(memory: TensorMemory, x: TensorInfo, begin: readonly number[], size: number[]): TensorInfo {
  const out = memory.allocate(size, x.dtype);
  if (util.sizeFromShape(size) === 0) return out;
  const [source, target] = [memory.words(x), memory.words(out)];
  const strides = [...util.computeStrides(x.shape), 1];
  // The sides from `whole` on are taken in full: what lies before them picks the runs.
  let whole = size.length;
  while (whole > 0 && size[whole - 1] === x.shape[whole - 1]) whole -= 1;
  const split = Math.max(whole - 1, 0);
  const run = util.sizeFromShape(size.slice(split));
  const index = begin.slice();
  for (let at = 0; at < target.length; at += run) {
    const from = index.reduce((sum, i, axis) => sum + i * strides[axis]!, 0);
    target.set(source.subarray(from, from + run), at);
    for (let axis = split - 1; axis >= 0; axis--) {
      index[axis]! += 1;
      if (index[axis]! < begin[axis]! + size[axis]!) break;
      index[axis] = begin[axis]!;
    }
  }
  return out;
}
