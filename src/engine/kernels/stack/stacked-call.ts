/** One call of a kernel for all runs of a stack: what its rule works with. */
import {
  Concat,
  Slice,
  Tensor,
  Tile,
  getKernel,
  type KernelConfig,
  type NamedAttrMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { StackedBackend } from '../../stack/stacked-backend.ts';
import { TensorMemory } from '../wasm/memory.ts';
import { WASM } from '../wasm/plain-kernel.ts';

type Inputs = Record<string, TensorInfo | undefined>;

export class StackedCall {
  readonly inputs: Inputs;
  readonly attrs: NamedAttrMap;
  readonly #backend: StackedBackend;
  readonly #kernel: KernelConfig;
  /** Made on the way. */
  readonly #spare: TensorInfo[] = [];

  constructor(kernel: KernelConfig, backend: StackedBackend, inputs: Inputs, attrs: NamedAttrMap) {
    this.#kernel = kernel;
    this.#backend = backend;
    this.inputs = inputs;
    this.attrs = attrs;
  }

  /** R */
  get members(): number {
    return this.#backend.size;
  }

  get tensors(): readonly TensorInfo[] {
    return Object.values(this.inputs).filter((x) => x !== undefined);
  }

  /** Its first input. */
  get only(): TensorInfo {
    return this.tensors[0]!;
  }

  isStacked(x: TensorInfo): boolean {
    return this.#backend.isStacked(x);
  }

  /** The inputs, each as `map` has it; a list stays one. */
  all(map: (x: TensorInfo) => TensorInfo): Inputs {
    if (Array.isArray(this.inputs))
      return (this.inputs as TensorInfo[]).map((x) => map(x)) as unknown as Inputs;
    const mapped: Inputs = {};
    for (const [name, x] of Object.entries(this.inputs)) mapped[name] = x && map(x);
    return mapped;
  }

  /**
   * x as it lies in memory, the runs as its first axis; what is the same for all runs is repeated.
   * @param rank of one run's tensor, with sides of 1 in front
   */
  lifted(x: TensorInfo, rank = x.shape.length): TensorInfo {
    const shape = [...Array<number>(rank - x.shape.length).fill(1), ...x.shape];
    if (this.isStacked(x)) return { dataId: x.dataId, dtype: x.dtype, shape: [this.members, ...shape] };
    const repeated = this.#other(
      Tile,
      { x: { ...x, shape: [1, ...shape] } },
      { reps: [this.members, ...shape.map(() => 1)] },
    );
    this.#spare.push(repeated);
    return repeated;
  }

  run(inputs: Inputs, attrs: NamedAttrMap = {}, kernel = this.#kernel): TensorInfo | TensorInfo[] {
    const outputs = kernel.kernelFunc({
      inputs: inputs,
      attrs: { ...this.attrs, ...attrs },
      backend: this.#backend.below,
    });
    return Array.isArray(outputs) ? outputs.map((x) => this.#untracked(x)) : this.#untracked(outputs);
  }

  /** Run by run: right for every kernel. */
  runEach(): TensorInfo | TensorInfo[] {
    const parts: (TensorInfo | TensorInfo[])[] = [];
    // There a part is an address, where a slice would be a copy.
    const memory = this.#kernel.backendName === WASM ? new TensorMemory(this.#backend.below) : undefined;
    for (let member = 0; member < this.members; member++) {
      const cut: TensorInfo[] = [];
      const inputs = this.all((x) => {
        if (!this.isStacked(x)) return x;
        const own = memory?.part(x, member, x.shape) ?? this.#slice(x, member);
        cut.push(own);
        return own;
      });
      parts.push(this.run(inputs));
      for (const own of cut) {
        if (memory === undefined) this.#backend.below.disposeData(own.dataId);
        else memory.forget(own);
      }
    }
    const joined = listOf(parts[0]!).map((_, i) => {
      const rows = parts.map((outputs) => {
        const { dataId, dtype, shape } = listOf(outputs)[i]!;
        return { dataId, dtype, shape: [1, ...shape] };
      });
      const all = this.#other(Concat, rows as never, { axis: 0 });
      for (const { dataId } of rows) this.#backend.below.disposeData(dataId);
      return all;
    });
    return Array.isArray(parts[0]) ? joined : joined[0]!;
  }

  #slice(x: TensorInfo, member: number): TensorInfo {
    const begin = [member, ...x.shape.map(() => 0)];
    const slice = this.#other(Slice, { x: this.lifted(x) }, { begin, size: [1, ...x.shape] });
    return { ...slice, shape: x.shape };
  }

  /** Lets go of what was made on the way. */
  end(): void {
    for (const { dataId } of this.#spare) this.#backend.below.disposeData(dataId);
  }

  /** Some kernels of the cpu backend give tensors that the engine keeps count of already: their numbers in data of their own. */
  #untracked(x: TensorInfo): TensorInfo {
    const reps = x.shape.map(() => 1);
    if (!(x instanceof Tensor)) return x;
    const copy = this.#other(Tile, { x }, { reps });
    x.dispose();
    return copy;
  }

  #other(name: string, inputs: Inputs, attrs: NamedAttrMap): TensorInfo {
    const kernel = getKernel(name, this.#kernel.backendName);
    return kernel.kernelFunc({ inputs: inputs, attrs, backend: this.#backend.below }) as TensorInfo;
  }
}

function listOf(outputs: TensorInfo | TensorInfo[]): TensorInfo[] {
  return Array.isArray(outputs) ? outputs : [outputs];
}
