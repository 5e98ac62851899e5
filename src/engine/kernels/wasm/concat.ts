/** `tf.concat` on wasm, row by row inside of WebAssembly: the backend's own copies every row from JavaScript. */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { Concat, backend_util, util } from '@tensorflow/tfjs-core';
import { copyRows } from './copy-rows.ts';
import { TensorMemory } from './memory.ts';
import { plainConfig } from './plain-kernel.ts';

/** The kernel for `Concat` on wasm; the plain one must be registered, and does types of other than 4 bytes. */
export function concatConfig(): KernelConfig {
  const plain = plainConfig(Concat);
  return {
    ...plain,
    kernelFunc: (call) => {
      const parts = Object.values(call.inputs as Record<string, TensorInfo>);
      const { dtype, shape } = parts[0]!;
      const isPlain = dtype !== 'float32' && dtype !== 'int32';
      if (isPlain || parts.length === 1 || parts.some((part) => part.dtype !== dtype))
        return plain.kernelFunc(call);
      const axis = util.parseAxisParam(Number(call.attrs?.['axis']), shape)[0]!;
      const shapes = parts.map((part) => part.shape);
      backend_util.assertParamsConsistent(shapes, axis);
      const memory = new TensorMemory(call.backend);
      const out = memory.allocate(backend_util.computeOutShape(shapes, axis), dtype);
      const rows = util.sizeFromShape(shape.slice(0, axis));
      const stride = util.sizeFromShape(out.shape.slice(axis));
      let address = memory.address(out);
      for (const part of parts) {
        const columns = util.sizeFromShape(part.shape.slice(axis));
        copyRows(
          memory,
          { address: memory.address(part), stride: columns },
          { address, stride },
          rows,
          columns,
        );
        address += 4 * columns;
      }
      return out;
    },
  };
}
