/** The cpu backend and webgpu in one process, one of them the current one, as the trainer loads them. */
import * as tf from '@tensorflow/tfjs-core';
import { loaders } from '../../../src/trainer/backends/load.ts';
import type { LoadedBackend } from '../../../src/trainer/backends/loaded-backend.ts';

let loaded: Promise<LoadedBackend> | undefined;

/**
 * Makes webgpu the current backend.
 * @param options.handOver whether it leaves small tensors to the processor, as in the trainer
 */
export async function useWebgpu(options: { readonly handOver: boolean }): Promise<LoadedBackend> {
  loaded ??= loaders.webgpu();
  const backend = await loaded;
  await tf.setBackend('webgpu');
  tf.env().set('WEBGPU_CPU_FORWARD', options.handOver);
  return backend;
}

export async function useCpu(): Promise<void> {
  await loaders.cpu();
}
