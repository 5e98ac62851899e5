import type { Tensor, TypedArray } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { comparedBackend, useTestBackend, type TestBackend } from './use-backend.ts';

interface Output {
  readonly values: TypedArray;
  readonly shape: number[];
  readonly dtype: string;
}

export interface OnBoth {
  readonly cpu: Output[];
  readonly other: Output[];
}

/** What `compute` gives on the cpu backend and on the one that is compared with it (`comparedBackend`), which stays the current one; all its tensors are disposed of. */
export async function onBothBackends(compute: () => Tensor[]): Promise<OnBoth> {
  const run = async (backend: TestBackend): Promise<Output[]> => {
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
  return { cpu, other: await run(comparedBackend) };
}
