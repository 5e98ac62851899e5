/** Calls of kernels with all that goes into them, recorded on the cpu backend and made again on another. */
import * as tf from '@tensorflow/tfjs-core';

interface RecordedTensor {
  readonly shape: number[];
  readonly dtype: tf.DataType;
  readonly values: tf.TypedArray;
}

export interface RecordedCall {
  readonly kernel: string;
  readonly attrs: tf.NamedAttrMap;
  readonly inputs: Readonly<Record<string, RecordedTensor>>;
  readonly outputs: readonly RecordedTensor[];
  /** Kernel, attributes, types and shapes in words. */
  readonly title: string;
}

/** More numbers than any output of a test's kernel needs to be judged by. */
const LARGEST = 300_000;

/** Calls that differ in their attributes, types or shapes, at most `most` of each kernel and rank of its inputs. */
export class KernelRecorder {
  readonly calls: RecordedCall[] = [];
  readonly #seen = new Set<string>();
  readonly #kept = new Map<string, number>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** From here on the kernels of the cpu backend, which must be the current one while anything is recorded, are recorded. */
  attach(): void {
    for (const config of tf.getKernelsForBackend('cpu')) {
      tf.unregisterKernel(config.kernelName, 'cpu');
      tf.registerKernel({
        ...config,
        kernelFunc: (call) => {
          const output = config.kernelFunc(call);
          this.#record(config.kernelName, call.attrs ?? {}, call.inputs, [output].flat());
          return output;
        },
      });
    }
  }

  #record(
    kernel: string,
    attrs: tf.NamedAttrMap,
    inputs: tf.NamedTensorInfoMap,
    outputs: readonly tf.TensorInfo[],
  ): void {
    const given = Object.entries(inputs).filter(
      (entry): entry is [string, tf.TensorInfo] => entry[1] !== undefined,
    );
    const infos = [...given.map(([, info]) => info), ...outputs];
    if (infos.some(({ shape, dtype }) => tf.util.sizeFromShape(shape) > LARGEST || dtype === 'string'))
      return;
    const shapes = given.map(([name, { dtype, shape }]) => `${name} ${dtype} [${shape.join()}]`).join(', ');
    const title = `${kernel} ${JSON.stringify(attrs)} ${shapes}`;
    // Broadcasting, types and attributes tell apart what a kernel has to do; sizes do so less.
    const group = `${kernel} ${given.map(([, { dtype, shape }]) => `${dtype}${shape.map((size) => (size === 1 ? 1 : 'n')).join()}`).join(' ')}`;
    const kept = this.#kept.get(group) ?? 0;
    if (this.#seen.has(title) || kept >= this.#most) return;
    this.#seen.add(title);
    this.#kept.set(group, kept + 1);
    this.calls.push({
      kernel,
      attrs: structuredClone(attrs),
      inputs: Object.fromEntries(given.map(([name, info]) => [name, read(info)])),
      outputs: outputs.map(read),
      title,
    });
  }
}

function read({ dataId, shape, dtype }: tf.TensorInfo): RecordedTensor {
  const values = (tf.backend() as unknown as { readSync(id: object): tf.TypedArray }).readSync(dataId);
  return { shape: [...shape], dtype, values: values.slice() };
}

/** What the current backend makes of the inputs of a call. */
export async function repeat({ kernel, attrs, inputs }: RecordedCall): Promise<readonly RecordedTensor[]> {
  const given = Object.entries(inputs).map(
    ([name, { values, shape, dtype }]) => [name, tf.tensor(values, shape, dtype)] as const,
  );
  // Lists of tensors are recorded by position, and kernels want lists.
  const isList = given[0]?.[0] === '0';
  const named = isList ? given.map(([, tensor]) => tensor) : Object.fromEntries(given);
  const outputs = [
    tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(kernel, named as unknown as tf.NamedTensorMap, attrs),
  ].flat();
  try {
    return await Promise.all(
      outputs.map(async (output) => ({
        shape: output.shape,
        dtype: output.dtype,
        values: (await output.data()).slice(),
      })),
    );
  } finally {
    tf.dispose([outputs, given.map(([, tensor]) => tensor)]);
  }
}
