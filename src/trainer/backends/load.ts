/** One loader per tensor backend. A loader makes its backend the current one, or throws saying what is missing. */
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from '../../shared/run.ts';
import { packageRoot } from '../../node/programs.ts';
import { registerGradients } from '../../engine/kernels/gradients/register.ts';
import { registerWasmKernels } from '../../engine/kernels/wasm/register.ts';

export interface LoadedBackend {
  readonly name: BackendName;
  readonly version: string;
  readonly device: string;
  /** False where `auto` should look further, e.g. a software renderer behind a GPU interface. */
  readonly preferable: boolean;
  /** Training values read back at once (`TrainingHost.readEvery`). */
  readonly readEvery: number;
}

/** Why a backend does not load, with the one command that would mend it. */
export class MissingPart extends Error {
  readonly fix: string;

  constructor(message: string, fix: string, options?: ErrorOptions) {
    super(`${message}; ${fix}`, options);
    this.fix = fix;
  }
}

const require = createRequire(join(packageRoot, 'package.json'));

export const loaders: Readonly<Record<BackendName, () => Promise<LoadedBackend>>> = {
  cpu: loadCpu,
  wasm: loadWasm,
  tensorflow: () => loadTensorflow('tensorflow', '@tensorflow/tfjs-node'),
  'tensorflow-gpu': () => loadTensorflow('tensorflow-gpu', '@tensorflow/tfjs-node-gpu'),
  webgpu: loadWebgpu,
};

async function activate(backend: string): Promise<void> {
  registerGradients();
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js cannot start its ${backend} backend`);
  await tf.ready();
  // The cpu backend greets every Node program with an advertisement for tfjs-node at its first operation. (Before the start
  // the wasm backend needs the flag to find its file.)
  tf.env().set('IS_NODE', false);
}

function processor(): string {
  return cpus()[0]?.model.trim() ?? 'unknown processor';
}

function packageVersion(name: string): string {
  const manifest: unknown = require(`${name}/package.json`);
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : '';
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

async function loadWebgpu(): Promise<LoadedBackend> {
  const dawn = await import('webgpu').catch((error: unknown) => {
    const message = 'the optional package webgpu is missing or does not load';
    throw new MissingPart(message, 'npm install webgpu', { cause: error });
  });
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create([]);
  // Node has a navigator of its own without a gpu.
  Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: 'node' }, configurable: true });
  const adapter = await gpu.requestAdapter();
  if (adapter === null)
    throw new Error(
      'no WebGPU adapter: there is no GPU, or its driver or loader (on Debian: libvulkan1) is missing',
    );
  await import('@tensorflow/tfjs-backend-webgpu');
  await activate('webgpu');
  const { vendor, architecture, description } = adapter.info;
  const device = [vendor, architecture, description].filter((part) => part !== '').join(' ');
  const software = /swiftshader|llvmpipe|software/i.test(device);
  return {
    name: 'webgpu',
    version: packageVersion('@tensorflow/tfjs-backend-webgpu'),
    device: software ? `${device} (software, slow)` : device,
    preferable: !software,
    readEvery: 16,
  };
}
