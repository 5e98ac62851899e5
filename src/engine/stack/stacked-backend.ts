/**
 * A tensor backend for the same computation of R runs at once: a tensor of a stack holds one tensor a run, one after another in
 * memory, and has the shape of one of them. The code above sees the tensors of one run, and no leading axis; every kernel of the
 * backend below is run for all runs at once by its rule (`kernels/stack/rules.ts`), or run by run where it has none. A tensor that is the same
 * for all runs (a constant, a table) is held once.
 *
 * What a run gets is to be what it gets alone, bit for bit: a rule may only be one whose kernel does every run's part as it does
 * it alone. docs/adr/0024-seeds-as-a-batch.md
 */
import {
  KernelBackend,
  engine,
  getBackend,
  util,
  type BackendValues,
  type DataType,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { AppError } from '../../shared/errors.ts';

/** The members of a backend that tfjs-core's interface declares and does not promise. */
type Below = KernelBackend & {
  disposeData(dataId: object, force?: boolean): boolean;
  write(values: BackendValues | null, shape: number[], dtype: DataType): object;
};

export class StackedBackend extends KernelBackend {
  readonly below: Below;
  readonly #stacked = new WeakSet();
  /** R, of the stack that is running. */
  size = 0;

  constructor(below: KernelBackend) {
    super();
    this.below = below;
  }

  isStacked(x: { readonly dataId: object }): boolean {
    return this.#stacked.has(x.dataId);
  }

  /** Marks data that holds one tensor a run. */
  mark<X extends { readonly dataId: object }>(x: X): X {
    this.#stacked.add(x.dataId);
    return x;
  }

  override refCount(dataId: object): number {
    return this.below.refCount(dataId);
  }

  override incRef(dataId: object): void {
    this.below.incRef(dataId);
  }

  override timerAvailable(): boolean {
    return this.below.timerAvailable();
  }

  override time(f: () => void): ReturnType<KernelBackend['time']> {
    return this.below.time(f);
  }

  override read(dataId: object): Promise<BackendValues> {
    this.#refuse(dataId);
    return this.below.read(dataId);
  }

  override readSync(dataId: object): BackendValues {
    this.#refuse(dataId);
    return this.below.readSync(dataId);
  }

  override numDataIds(): number {
    return this.below.numDataIds();
  }

  override disposeData(dataId: object, force?: boolean): boolean {
    return this.below.disposeData(dataId, force);
  }

  override write(values: BackendValues, shape: number[], dtype: DataType): object {
    return this.below.write(values, shape, dtype);
  }

  override move(
    dataId: object,
    values: BackendValues,
    shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    this.below.move(dataId, values, shape, dtype, refCount);
  }

  override memory(): ReturnType<KernelBackend['memory']> {
    return this.below.memory();
  }

  override floatPrecision(): 16 | 32 {
    return this.below.floatPrecision();
  }

  override epsilon(): number {
    return this.below.epsilon();
  }

  override dispose(): void {
    // The backend below is not ours.
  }

  /** What is read is meant to be one run's: code that reads decides by what it read, and there are R answers. */
  #refuse(dataId: object): void {
    if (!this.#stacked.has(dataId)) return;
    throw new AppError(
      'internal',
      'stack: this code reads a tensor of several runs at once; train these runs one by one.',
    );
  }
}

/**
 * A new tensor of the stack that is running.
 * @param values of one run after another, R times the shape
 */
export function stackedTensor(values: Float32Array | Int32Array, shape: readonly number[]): Tensor {
  const backend = running();
  const expected = backend.size * util.sizeFromShape([...shape]);
  if (values.length !== expected) {
    throw new AppError('internal', `stack: expected ${expected} numbers, got ${values.length}.`);
  }
  const dtype = values instanceof Float32Array ? 'float32' : 'int32';
  const dataId = backend.write(values, [backend.size, ...shape], dtype);
  const info = backend.mark<TensorInfo>({ dataId, shape: [...shape], dtype });
  return engine().makeTensorFromTensorInfo(info, backend);
}

/** The numbers of a tensor; of one of a stack those of one run after another, R times as many. */
export async function everyNumber(tensor: Tensor): Promise<Float32Array> {
  return stackOf(tensor) === undefined ? ((await tensor.data()) as Float32Array) : numbersOf(tensor);
}

/** The same at once. */
export function numbersOf(tensor: Tensor): Float32Array {
  const backend = stackOf(tensor);
  return (backend?.below.readSync(tensor.dataId) ?? tensor.dataSync()) as Float32Array;
}

/** The backend of a stacked tensor; undefined of any other. */
function stackOf(tensor: Tensor): StackedBackend | undefined {
  const { backend } = engine().state.tensorInfo.get(tensor.dataId) ?? {};
  return backend instanceof StackedBackend && backend.isStacked(tensor) ? backend : undefined;
}

function running(): StackedBackend {
  const { backend } = engine();
  if (backend instanceof StackedBackend && backend.size > 0) return backend;
  throw new AppError('internal', `stack: expected a stack to be running, found the backend ${getBackend()}.`);
}
