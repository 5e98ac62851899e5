/** One loader per tensor backend. A loader makes its backend the current one, or throws saying what is missing. */
import { dirname } from 'node:path';
import type { BackendName } from '../../shared/run.ts';
import { registerWasmKernels } from '../../engine/kernels/wasm/register.ts';
import {
  activate,
  MissingPart,
  packageVersion,
  processor,
  packageRequire,
  type LoadedBackend,
} from './activate.ts';
import { loadTensorflow } from './tensorflow.ts';

export const loaders: Readonly<Record<BackendName, () => Promise<LoadedBackend>>> = {
  cpu: loadCpu,
  wasm: loadWasm,
  tensorflow: () => loadTensorflow('tensorflow'),
  'tensorflow-gpu': () => loadTensorflow('tensorflow-gpu'),
  webgpu: loadWebgpu,
};

async function loadCpu(): Promise<LoadedBackend> {
  await import('@tensorflow/tfjs-backend-cpu');
  await activate('cpu');
  const version = packageVersion('@tensorflow/tfjs-backend-cpu');
  // Many times slower than wasm, which runs wherever Node does, and not its numbers: for whoever names it.
  return { name: 'cpu', version, device: processor(), preferable: false, readEvery: 1 };
}

async function loadWasm(): Promise<LoadedBackend> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${dirname(packageRequire.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  registerWasmKernels();
  await activate('wasm');
  const version = packageVersion('@tensorflow/tfjs-backend-wasm');
  return { name: 'wasm', version, device: processor(), preferable: true, readEvery: 1 };
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
