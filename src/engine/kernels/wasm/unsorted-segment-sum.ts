/**
 * Sums of rows by segment on wasm, which the backend lacks: the gradient of `tf.gather`.
 * out[s, ...] = sum of x[i, ...] over the i with segmentIds[i] = s, which is ScatterNd: it sums duplicates.
 */
import type { KernelBackend, KernelConfig } from '@tensorflow/tfjs-core';
import { ScatterNd, UnsortedSegmentSum } from '@tensorflow/tfjs-core';
import { AppError } from '../../../shared/errors.ts';
import { WASM, plainConfig, plainKernel } from './plain-kernel.ts';

/** The kernel for `UnsortedSegmentSum` on wasm; the plain `ScatterNd` must be registered. */
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
