/** Tensors as plain data under a name: what checkpoints, artefacts and run files are made of. */
import * as tf from '@tensorflow/tfjs-core';
import { everyNumber, stackedTensor } from '../stack/stacked-backend.ts';

export interface NamedTensorData {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Of a tensor of a stack: the numbers of one run after another. */
export async function download(name: string, tensor: tf.Tensor): Promise<NamedTensorData> {
  // A copy: some backends hand out a view of memory that the next step overwrites.
  return { name, shape: tensor.shape.slice(), data: Float32Array.from(await everyNumber(tensor)) };
}

/** The number of a scalar, which is disposed of; of one that was read, the number. */
export async function readScalar(scalar: tf.Scalar | number): Promise<number> {
  if (typeof scalar === 'number') return scalar;
  const value = (await scalar.data())[0] ?? Number.NaN;
  scalar.dispose();
  return value;
}

/** The numbers of scalars, likewise: read back together, as every read-back of a GPU waits for all its work. */
export async function readScalars(scalars: readonly (tf.Scalar | number)[]): Promise<readonly number[]> {
  const unread = scalars.filter((scalar) => typeof scalar !== 'number');
  if (unread.length < Math.max(2, scalars.length)) return Promise.all(scalars.map(readScalar));
  try {
    const all = tf.tidy(() => tf.stack(unread.map((scalar) => tf.cast(scalar, 'float32'))));
    try {
      return Array.from(await all.data());
    } finally {
      all.dispose();
    }
  } finally {
    tf.dispose(unread);
  }
}

/** The numbers of named scalars, likewise. @param together false where reading one costs nothing */
export async function readNamed(
  scalars: Readonly<Record<string, tf.Scalar | number>>,
  together: boolean,
): Promise<Record<string, number>> {
  const named = Object.entries(scalars);
  const numbers = together ? await readScalars(named.map(([, scalar]) => scalar)) : [];
  const values: Record<string, number> = {};
  for (const [i, [name, scalar]] of named.entries()) {
    values[name] = numbers[i] ?? (await readScalar(scalar));
  }
  return values;
}

export function isFiniteTensor(tensor: NamedTensorData): boolean {
  return tensor.data.every(Number.isFinite);
}

/** A tensor of that data; more numbers than its shape has are those of one run after another, of the stack that is running. */
export function upload({ shape, data }: NamedTensorData): tf.Tensor {
  return data.length > tf.util.sizeFromShape([...shape])
    ? stackedTensor(data, shape)
    : tf.tensor(data, [...shape], 'float32');
}

/** Overwrites a variable with stored data of the same shape. */
export function restore(variable: tf.Variable, stored: NamedTensorData): void {
  tf.tidy(() => variable.assign(upload(stored)));
}
