/** Compute shaders of our own on TensorFlow.js' WebGPU backend, whose package is optional: what is used of it, in types. */
import type { DataType, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import { getKernel, util, type KernelConfig } from '@tensorflow/tfjs-core';
import { AppError } from '../../../shared/errors.ts';

export const WEBGPU = 'webgpu';

/** What the backend makes a pipeline of. */
interface Program {
  readonly outputShape: number[];
  readonly variableNames: readonly string[];
  /** Of WGSL, after those that the backend declares (NAN, INFINITY, shapes, size). */
  readonly uniforms?: string;
  readonly dispatchLayout: { readonly x: number[] };
  dispatch: [number, number, number];
  readonly workgroupSize: [number, number, number];
  /** Declares `uniforms.size`, the number of output elements. */
  readonly size: true;
  /** Pipelines are kept by it and by ranks and types: the code may depend on nothing else. */
  readonly shaderKey: string;
  getUserCode(): string;
}

interface UniformData {
  readonly type: 'int32' | 'float32';
  readonly data: readonly number[];
}

export interface WebgpuBackend extends KernelBackend {
  readonly device: { readonly limits: { readonly maxStorageBuffersPerShaderStage: number } };
  runWebGPUProgram(
    program: Program,
    inputs: readonly TensorInfo[],
    dtype: DataType,
    uniforms?: readonly UniformData[],
  ): TensorInfo;
  disposeData(dataId: object): boolean;
}

/** Threads of a group. */
export const GROUP = 128;

/** A program of `threads` threads, each of which is `main(index)`. */
export function program(
  name: string,
  outputShape: readonly number[],
  threads: number,
  code: string,
  uniforms?: string,
): Program {
  return {
    outputShape: [...outputShape],
    variableNames: ['x'],
    ...(uniforms !== undefined && { uniforms }),
    dispatchLayout: { x: outputShape.map((_, axis) => axis) },
    dispatch: [Math.ceil(threads / GROUP), 1, 1],
    workgroupSize: [GROUP, 1, 1],
    size: true,
    shaderKey: `gumbelStudio_${name}`,
    getUserCode: () => code,
  };
}

export function elements({ shape }: TensorInfo): number {
  return util.sizeFromShape(shape);
}

/** The backend's own kernel. */
export function plainWebgpuConfig(kernelName: string): KernelConfig {
  // tfjs-core's types leave out that there may be none.
  const config = getKernel(kernelName, WEBGPU) as KernelConfig | undefined;
  if (config === undefined) {
    throw new AppError(
      'precondition',
      `registerWebgpuKernels: the webgpu backend has no kernel ${kernelName}; import @tensorflow/tfjs-backend-webgpu first.`,
    );
  }
  return config;
}
