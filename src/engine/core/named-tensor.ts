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

export function isFiniteTensor(tensor: NamedTensorData): boolean {
  return tensor.data.every(Number.isFinite);
}

/** Overwrites a variable with stored data of the same shape. */
export function restore(variable: tf.Variable, stored: NamedTensorData): void {
  tf.tidy(() => variable.assign(tf.tensor(stored.data, [...stored.shape], 'float32')));
}
