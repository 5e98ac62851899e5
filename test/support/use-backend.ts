import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { registerGradients } from '../../src/engine/kernels/gradients/register.ts';
import { registerWasmKernels } from '../../src/engine/kernels/wasm/register.ts';

/** That of this test file. */
const tested = process.env['GUMBEL_TEST_BACKEND'] === 'wasm' ? 'wasm' : 'cpu';

/** A quarter on the slow backend: the same checks, with wider intervals. The fast one tells means apart from others. */
export const rowsHere = (onWasm: number): number => (tested === 'wasm' ? onWasm : onWasm / 4);

let prepared = false;

/** Makes `name` the tensor backend of this process, as the trainer does. */
export async function useTestBackend(name: 'cpu' | 'wasm'): Promise<void> {
  if (!prepared) {
    prepared = true;
    registerGradients();
    const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(`${dirname(entry)}/`);
    registerWasmKernels();
  }
  // The wasm backend needs the flag to find its file; with it, the cpu backend greets every program with an advertisement.
  tf.env().set('IS_NODE', true);
  if (!(await tf.setBackend(name))) throw new Error(`the ${name} backend does not start here`);
  await tf.ready();
  tf.env().set('IS_NODE', false);
}
