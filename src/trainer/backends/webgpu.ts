/** TensorFlow.js on WebGPU: Dawn, which is Chromium's implementation of it, in a plain Node process. */
import * as tf from '@tensorflow/tfjs-core';
import { registerWebgpuKernels } from '../../engine/kernels/webgpu/register.ts';
import { DeviceWatch, type WatchedDevice } from './device-watch.ts';
import { activate, MissingPart, packageVersion, type LoadedBackend } from './loaded-backend.ts';
import { refuseLargeTensors, type SizedBuffers } from './tensor-limit.ts';

/** Training values kept on the device at most; logging reads them before. */
const READ_EVERY = 1000;

interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
}

/** What of TensorFlow.js' WebGPU backend is used here. */
interface WebgpuBackend {
  readonly device: WatchedDevice & {
    readonly adapterInfo: AdapterInfo;
    readonly limits: { readonly maxBufferSize: number; readonly maxStorageBufferBindingSize: number };
  };
  readonly bufferManager: SizedBuffers;
}

/** @throws MissingPart, or an Error that says what this machine lacks */
export async function loadWebgpu(): Promise<LoadedBackend> {
  const dawn = await import('webgpu').catch((error: unknown) => {
    const message = 'the optional package webgpu is missing or does not load';
    throw new MissingPart(message, 'npm install webgpu', { cause: error });
  });
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create([]);
  // Node has a navigator of its own without a gpu.
  Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: 'node' }, configurable: true });
  // As TensorFlow.js asks for it, which trips over an adapter that is not there.
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null)
    throw new Error(
      'no WebGPU adapter: there is no GPU, or its driver or loader (on Debian: libvulkan1) is missing',
    );
  await import('@tensorflow/tfjs-backend-webgpu');
  registerWebgpuKernels();
  await activate('webgpu');
  const { device, bufferManager } = tf.backend() as unknown as WebgpuBackend;
  const name = nameOf(device.adapterInfo);
  const software = isSoftware(name);
  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
  refuseLargeTensors(bufferManager, Math.min(maxBufferSize, maxStorageBufferBindingSize), name);
  return {
    name: 'webgpu',
    version: packageVersion('@tensorflow/tfjs-backend-webgpu'),
    device: software ? `${name} (software, slow)` : name,
    preferable: !software,
    readEvery: READ_EVERY,
    watch: new DeviceWatch(device, name),
  };
}

/**
 * E.g. "nvidia hopper NVIDIA H200", of vendor, architecture and description; the description has the model, and on some systems alone
 * the driver, which then says more than a vendor's number.
 */
export function nameOf({ vendor, architecture, device, description }: AdapterInfo): string {
  const model = description === '' ? device : description;
  const parts = [vendor, architecture, model].map((part) => part.trim()).filter((part) => part !== '');
  return parts.length === 0 ? 'a GPU without a name' : parts.join(' ');
}

/** A processor that plays a GPU: right, and slower than wasm. */
export function isSoftware(name: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|software|basic render|warp/i.test(name);
}
