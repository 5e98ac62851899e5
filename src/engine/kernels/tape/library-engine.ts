/**
 * What tfjs-core's engine is inside, as far as `lean-engine.ts` replaces it. Holds for @tensorflow/tfjs-core 4.22, the last release;
 * none of it is part of the library's interface.
 */
import type {
  DataId,
  DataType,
  NamedAttrMap,
  NamedTensorMap,
  Tensor,
  TensorInfo,
} from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** The gradients of a node by input, from those of its outputs (of a lone output by itself) and what it saved. */
export type GradientFunction = (
  dy: Tensor | Tensor[],
  saved: Tensor[],
  attrs: NamedAttrMap,
) => Record<string, () => Tensor>;

export interface TapeNode {
  readonly kernelName: string;
  readonly inputs: NamedTensorMap;
  /** See `Tape.reachOf`: of the inputs. */
  readonly reach: number;
  readonly outputs: readonly Tensor[];
  /** Tensors that its gradient needs, in the order in which it expects them. */
  readonly saved: Tensor[];
  readonly attrs: NamedAttrMap;
  readonly gradient: GradientFunction | undefined;
}

/** Tensors by the scope that disposes of them. */
export type ScopedTensor = Tensor & { kept: boolean; scopeId: number };

interface Scope {
  readonly id: number;
  readonly name: string;
  readonly track: ScopedTensor[];
}

interface EngineState {
  activeTape: TapeNode[] | null;
  /** Gradients that are being recorded, one within the other. */
  readonly gradientDepth: number;
  /** Above 0 inside a kernel: what that computes with is not recorded. */
  kernelDepth: number;
  readonly profiling: boolean;
  readonly numTensors: number;
  nextScopeId: number;
  readonly scopeStack: Scope[];
  activeScope: Scope | null;
  tensorInfo: WeakMap<DataId, unknown>;
}

export interface Gradients {
  readonly value: Tensor;
  readonly grads: Tensor[];
}

export interface LibraryEngine {
  readonly ENV: tf.Environment;
  readonly state: EngineState;
  readonly backendName: string | null;
  readonly backend: tf.KernelBackend;
  runKernel(kernelName: string, inputs: NamedTensorMap, attrs?: NamedAttrMap): Tensor | Tensor[];
  makeTensor(values: tf.DataValues, shape: number[], dtype: DataType): Tensor;
  makeTensorFromTensorInfo(info: TensorInfo): ScopedTensor;
  clone(x: Tensor): ScopedTensor;
  startScope(name?: string): void;
  endScope(result?: tf.TensorContainer): void;
  tidy<T extends tf.TensorContainer>(nameOrF: string | (() => T), f?: () => T): T;
  track(x: Tensor): Tensor;
  startTape(): void;
  endTape(): void;
  addTapeNode(
    kernelName: string,
    inputs: NamedTensorMap,
    outputs: Tensor[],
    gradient: GradientFunction | undefined,
    saved: Tensor[],
    attrs: NamedAttrMap,
  ): void;
  gradients(f: () => Tensor, xs: Tensor[], dy?: Tensor, allowNoGradients?: boolean): Gradients;
}

export function libraryEngine(): LibraryEngine {
  return tf.engine() as unknown as LibraryEngine;
}
