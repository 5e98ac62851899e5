/** `tf.gather` on wasm, where the backend's own takes long and with batchDims reads beyond its tensor, and its gradient, which it lacks. */
import {
  type KernelConfig,
  type TensorInfo,
  GatherV2,
  util,
  type KernelBackend,
  ScatterNd,
  UnsortedSegmentSum,
} from '@tensorflow/tfjs-core';
import { AppError } from '../../../shared/errors.ts';
import { TensorMemory } from './memory.ts';
import { plainConfig, WASM, plainKernel } from './plain-kernel.ts';

/** The kernel for `GatherV2` on wasm; the plain one must be registered, which gathers truths and texts. */
export function gatherConfig(): KernelConfig {
  const plain = plainConfig(GatherV2);
  return {
    ...plain,
    kernelFunc: (call) => {
      const { x, indices } = call.inputs;
      const batchDims = Number(call.attrs?.['batchDims'] ?? 0);
      const isWord = x?.dtype === 'float32' || x?.dtype === 'int32';
      if (x === undefined || indices === undefined || (!isWord && batchDims === 0))
        return plain.kernelFunc(call);
      if (!isWord)
        throw new AppError(
          'internal',
          `gather: batchDims with ${x.dtype} is not supported; cast to float32.`,
        );
      const [axis] = util.parseAxisParam(Number(call.attrs?.['axis'] ?? 0), x.shape) as [number];
      return gatherWords(new TensorMemory(call.backend), x, indices, axis, batchDims);
    },
  };
}

/** Words up to which a loop copies a slice faster than a call does. */
const SHORT = 8;

/** x [batch, outer, side, inner], indices [batch, picks] -> [batch, outer, picks, inner]; each group of sides as in `x.shape`. */
function gatherWords(
  memory: TensorMemory,
  x: TensorInfo,
  indices: TensorInfo,
  axis: number,
  batchDims: number,
): TensorInfo {
  const { shape } = x;
  const batch = util.sizeFromShape(shape.slice(0, batchDims));
  const outer = util.sizeFromShape(shape.slice(batchDims, axis));
  const side = shape[axis]!;
  const inner = util.sizeFromShape(shape.slice(axis + 1));
  const picked = indices.shape.slice(batchDims);
  const picks = util.sizeFromShape(picked);
  const out = memory.allocate([...shape.slice(0, axis), ...picked, ...shape.slice(axis + 1)], x.dtype);
  const places = memory.words(indices);
  const all = memory.everyWord();
  const from = memory.address(x) / Int32Array.BYTES_PER_ELEMENT;
  let to = memory.address(out) / Int32Array.BYTES_PER_ELEMENT;
  for (let row = 0; row < batch * outer; row++) {
    const first = Math.floor(row / outer) * picks;
    for (let pick = 0; pick < picks; pick++, to += inner) {
      const place = places[first + pick]!;
      if (place < 0 || place >= side)
        throw new AppError('internal', `gather: expected indices in [0, ${side}), got ${place}.`);
      const start = from + (row * side + place) * inner;
      if (inner > SHORT) all.copyWithin(to, start, start + inner);
      else for (let n = 0; n < inner; n++) all[to + n] = all[start + n]!;
    }
  }
  return out;
}

/**
 * The kernel for `UnsortedSegmentSum` on wasm, which the backend lacks; the plain `ScatterNd` must be registered. It is the gradient
 * of `tf.gather`: out[s, ...] = sum of x[i, ...] over the i with segmentIds[i] = s, which is ScatterNd, as it sums duplicates.
 */
export function unsortedSegmentSumConfig(): KernelConfig {
  const scatter = plainKernel(plainConfig(ScatterNd));
  return {
    kernelName: UnsortedSegmentSum,
    backendName: WASM,
    kernelFunc: (call) => {
      const { x, segmentIds } = call.inputs;
      const segments = call.attrs?.['numSegments'];
      if (x === undefined || segmentIds?.shape.length !== 1 || typeof segments !== 'number') {
        throw new AppError(
          'internal',
          'unsortedSegmentSum: expected x [n, ...], segmentIds [n] and numSegments.',
        );
      }
      const backend = call.backend as KernelBackend;
      // ScatterNd writes wherever an index points, outside of its output too.
      const ids = backend.readSync(segmentIds.dataId) as Int32Array;
      const stray = ids.find((id) => id < 0 || id >= segments);
      if (stray !== undefined) {
        throw new AppError('internal', `unsortedSegmentSum: expected ids in [0, ${segments}), got ${stray}.`);
      }
      const shape = [segments, ...x.shape.slice(1)];
      return scatter(backend, { indices: segmentIds, updates: x }, { shape });
    },
  };
}
