/**
 * The wasm backend's memory, in which all its tensors lie: what a kernel needs to read and write them in place.
 * Holds for @tensorflow/tfjs-backend-wasm 4.22, the last release; these members are not part of tfjs-core's interface.
 */
import type { DataType, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import { util } from '@tensorflow/tfjs-core';

interface TensorData {
  readonly id: number;
  readonly memoryOffset: number;
  readonly shape: number[];
  readonly dtype: DataType;
  readonly refCount: number;
}

interface MemoryBackend extends KernelBackend {
  readonly wasm: {
    readonly asm: { readonly memory: WebAssembly.Memory };
    readonly tfjs: {
      registerTensor(id: number, size: number, memoryOffset: number): void;
      disposeData(id: number): void;
    };
  };
  readonly dataIdMap: {
    get(dataId: object): TensorData;
    set(dataId: object, data: TensorData): void;
    delete(dataId: object): boolean;
  };
  dataIdNextNumber: number;
  makeOutput(shape: number[], dtype: DataType): TensorInfo;
}

/** References to a part of another tensor's memory, which is not the part's to free. */
const NEVER_FREED = 2 ** 30;

/** One backend's tensors by address. */
export class TensorMemory {
  readonly #backend: MemoryBackend;

  /** @param backend what a kernel gets as its backend */
  constructor(backend: object) {
    this.#backend = backend as MemoryBackend;
  }

  get backend(): KernelBackend {
    return this.#backend;
  }

  get memory(): WebAssembly.Memory {
    return this.#backend.wasm.asm.memory;
  }

  /** A new tensor, its values undefined. */
  allocate(shape: number[], dtype: DataType = 'float32'): TensorInfo {
    return this.#backend.makeOutput(shape, dtype);
  }

  /** x again, on the same data: freed when neither is used any more. No kernel writes into its inputs. */
  share(x: TensorInfo): TensorInfo {
    this.#backend.incRef(x.dataId);
    return { ...x };
  }

  dispose(x: TensorInfo): void {
    this.#backend.disposeData(x.dataId);
  }

  /** Part `n` of x, which lies in memory as that many tensors of this shape: valid until `forget`, and no longer than x. */
  part(x: TensorInfo, n: number, shape: number[]): TensorInfo {
    const { dataIdMap, wasm } = this.#backend;
    const { dtype } = x;
    const id = this.#backend.dataIdNextNumber++;
    const size = util.sizeFromShape(shape);
    const memoryOffset = this.address(x) + n * size * util.bytesPerElement(dtype);
    // As `leanTensorData` makes them.
    const dataId = { id, held: undefined, info: undefined };
    dataIdMap.set(dataId, { id, memoryOffset, shape, dtype, refCount: NEVER_FREED });
    wasm.tfjs.registerTensor(id, size, memoryOffset);
    return { dataId, shape, dtype };
  }

  forget({ dataId }: TensorInfo): void {
    const { dataIdMap, wasm } = this.#backend;
    wasm.tfjs.disposeData(dataIdMap.get(dataId).id);
    dataIdMap.delete(dataId);
  }

  address(x: TensorInfo): number {
    return this.#backend.dataIdMap.get(x.dataId).memoryOffset;
  }

  /** A view of a float32 or int32 tensor's bits; invalid after the next allocation, which may move the memory. */
  words(x: TensorInfo): Int32Array {
    return new Int32Array(this.memory.buffer, this.address(x), util.sizeFromShape(x.shape));
  }

  /** All of the memory: a tensor begins at its address / 4. Invalid after the next allocation. */
  everyWord(): Int32Array {
    return new Int32Array(this.memory.buffer);
  }

  floats(x: TensorInfo): Float32Array {
    return new Float32Array(this.memory.buffer, this.address(x), util.sizeFromShape(x.shape));
  }
}
