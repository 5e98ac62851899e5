/** Tensors as plain data under a name: what checkpoints, artefacts and run files are made of. */
import * as tf from '@tensorflow/tfjs-core';

export interface NamedTensorData {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export async function download(name: string, tensor: tf.Tensor): Promise<NamedTensorData> {
  // A copy: some backends hand out a view of memory that the next step overwrites.
  return { name, shape: tensor.shape.slice(), data: Float32Array.from(await tensor.data()) };
}

/** The number of a scalar, which is disposed of. */
export async function readScalar(scalar: tf.Scalar): Promise<number> {
  const value = (await scalar.data())[0] ?? Number.NaN;
  scalar.dispose();
  return value;
}

/** The numbers of scalars, which are disposed of: read back together, as every read-back of a GPU waits for all its work. */
export async function readScalars(scalars: readonly tf.Scalar[]): Promise<readonly number[]> {
  if (scalars.length < 2) return Promise.all(scalars.map(readScalar));
  try {
    const all = tf.tidy(() => tf.stack(scalars.map((scalar) => tf.cast(scalar, 'float32'))));
    try {
      return Array.from(await all.data());
    } finally {
      all.dispose();
    }
  } finally {
    tf.dispose([...scalars]);
  }
}

/** The numbers of named scalars, likewise. @param together false where reading one costs nothing */
export async function readNamed(
  scalars: Readonly<Record<string, tf.Scalar>>,
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

/** Overwrites a variable with stored data of the same shape. */
export function restore(variable: tf.Variable, stored: NamedTensorData): void {
  tf.tidy(() => variable.assign(tf.tensor(stored.data, [...stored.shape], 'float32')));
}
