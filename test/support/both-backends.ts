import type { Tensor, TypedArray } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { useTestBackend } from './use-backend.ts';

interface Output {
  readonly values: TypedArray;
  readonly shape: number[];
  readonly dtype: string;
}

export interface OnBoth {
  readonly cpu: Output[];
  readonly wasm: Output[];
}

/** What `compute` gives on the cpu backend and on wasm, which stays the current one; all its tensors are disposed of. */
export async function onBothBackends(compute: () => Tensor[]): Promise<OnBoth> {
  const run = async (backend: 'cpu' | 'wasm'): Promise<Output[]> => {
    await useTestBackend(backend);
    const outputs = tf.tidy(compute);
    const read = outputs.map((output) => ({
      values: output.dataSync(),
      shape: output.shape,
      dtype: output.dtype,
    }));
    tf.dispose(outputs);
    return read;
  };
  const cpu = await run('cpu');
  return { cpu, wasm: await run('wasm') };
}
