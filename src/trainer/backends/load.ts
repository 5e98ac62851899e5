/** One loader per tensor backend. A loader makes its backend the current one, or throws saying what is missing. */
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from '../../shared/run.ts';
import { registerWasmKernels } from '../../engine/kernels/wasm/register.ts';
import { activate, MissingPart, packageVersion, require, type LoadedBackend } from './loaded-backend.ts';
import { loadWebgpu } from './webgpu.ts';

export { MissingPart, type LoadedBackend } from './loaded-backend.ts';

export const loaders: Readonly<Record<BackendName, () => Promise<LoadedBackend>>> = {
  cpu: loadCpu,
  wasm: loadWasm,
  tensorflow: () => loadTensorflow('tensorflow', '@tensorflow/tfjs-node'),
  'tensorflow-gpu': () => loadTensorflow('tensorflow-gpu', '@tensorflow/tfjs-node-gpu'),
  webgpu: loadWebgpu,
};

function processor(): string {
  return cpus()[0]?.model.trim() ?? 'unknown processor';
}

async function loadCpu(): Promise<LoadedBackend> {
  await import('@tensorflow/tfjs-backend-cpu');
  await activate('cpu');
  const version = packageVersion('@tensorflow/tfjs-backend-cpu');
  // Many times slower than wasm, which runs wherever Node does, and not its numbers: for whoever names it.
  return { name: 'cpu', version, device: processor(), preferable: false, readEvery: 1 };
}

async function loadWasm(): Promise<LoadedBackend> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  registerWasmKernels();
  await activate('wasm');
  const version = packageVersion('@tensorflow/tfjs-backend-wasm');
  return { name: 'wasm', version, device: processor(), preferable: true, readEvery: 1 };
}

/** tfjs-node 4.22 calls two functions that Node 23 removed from `util`; without them its operations throw. */
function restoreUtilFunctions(): void {
  const util = require('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  util['isArray'] ??= Array.isArray;
}

async function loadTensorflow(name: BackendName, packageName: string): Promise<LoadedBackend> {
  restoreUtilFunctions();
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  // A second GPU program must still find memory.
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  try {
    await import(packageName);
  } catch (error) {
    const fix = `npm install ${packageName}`;
    throw new MissingPart('the optional package is missing or does not load', fix, { cause: error });
  }
  await activate('tensorflow');
  const onGpu = Reflect.get(tf.backend(), 'isUsingGpuDevice') === true;
  if (name === 'tensorflow-gpu' && !onGpu) {
    throw new Error('TensorFlow found no GPU it can use (it needs CUDA 11.2 and cuDNN 8.1)');
  }
  const device = onGpu ? 'GPU (CUDA)' : processor();
  return { name, version: packageVersion(packageName), device, preferable: true, readEvery: 1 };
}
