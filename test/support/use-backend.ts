import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { registerGradients } from '../../src/engine/kernels/gradients/register.ts';
import { installLeanEngine } from '../../src/engine/kernels/tape/lean-engine.ts';
import { leanTensorData } from '../../src/engine/kernels/wasm/tensor-data.ts';
import { registerWasmKernels } from '../../src/engine/kernels/wasm/register.ts';
import { loadTensorflow } from '../../src/trainer/backends/tensorflow.ts';

export type TestBackend = 'cpu' | 'wasm' | 'tensorflow';

const names: readonly TestBackend[] = ['cpu', 'wasm', 'tensorflow'];

/** That of this test file: GUMBEL_TEST_BACKEND, cpu when unset. */
export const testedBackend = names.find((name) => name === process.env['GUMBEL_TEST_BACKEND']) ?? 'cpu';

/** What kernels are compared with those of cpu on. */
export const comparedBackend = testedBackend === 'cpu' ? 'wasm' : testedBackend;

/** A quarter on the slow backend: the same checks, with wider intervals. The fast ones tell means apart from others. */
export const rowsHere = (onFast: number): number => (testedBackend === 'cpu' ? onFast / 4 : onFast);

let prepared = false;
let loaded = false;

/** Makes `name` the tensor backend of this process, as the trainer does. */
export async function useTestBackend(name: TestBackend): Promise<void> {
  if (!prepared) {
    prepared = true;
    registerGradients();
    const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(`${dirname(entry)}/`);
    registerWasmKernels();
  }
  // The wasm backend needs the flag to find its file; with it, the cpu backend greets every program with an advertisement.
  tf.env().set('IS_NODE', true);
  if (name === 'tensorflow' && !loaded) {
    loaded = true;
    await loadTensorflow(name);
  }
  if (!(await tf.setBackend(name))) throw new Error(`the ${name} backend does not start here`);
  await tf.ready();
  installLeanEngine();
  if (name === 'wasm') leanTensorData(tf.backend());
  tf.env().set('IS_NODE', false);
}
