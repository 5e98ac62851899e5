/**
 * Numbers that are drawn on the host as tensors: minibatches of rows, pixels, words. Of runs that are trained together, each run's are drawn with
 * its own key, and the tensors are stacked.
 */
import * as tf from '@tensorflow/tfjs-core';
import { stackedTensor } from '../stack/stacked-backend.ts';
import { membersOf, type Key } from './key.ts';

type Shape =
  | readonly [number]
  | readonly [number, number]
  | readonly [number, number, number]
  | readonly [number, number, number, number];

/** Whole numbers become an int32 tensor, others a float32 one. */
type Drawn = readonly [values: Float32Array | Int32Array, shape: Shape];

interface TensorOfRank {
  readonly 1: tf.Tensor1D;
  readonly 2: tf.Tensor2D;
  readonly 3: tf.Tensor3D;
  readonly 4: tf.Tensor4D;
}

type TensorOf<D extends Drawn | null> = D extends Drawn ? TensorOfRank[D[1]['length']] : null;

/**
 * The tensors of what `draw` makes of a key, by name; the caller's tape or tidy owns them. What a step takes from its key on the host goes
 * through here: `draw` is called once for every run, and has to give arrays of the same sizes.
 */
export function drawnTensors<T extends Readonly<Record<string, Drawn | null>>>(
  key: Key,
  draw: (own: Key) => T,
): { readonly [Name in keyof T]: TensorOf<T[Name]> } {
  const runs = membersOf(key);
  const [first, ...others] = runs === undefined ? [draw(key)] : runs.map(draw);
  const tensors = Object.entries(first!).map(([name, own]): [string, tf.Tensor | null] => {
    if (own === null) return [name, null];
    const [values, shape] = own;
    if (runs === undefined) return [name, tf.tensor(values, [...shape], typeOf(values))];
    const all =
      values instanceof Float32Array
        ? new Float32Array(runs.length * values.length)
        : new Int32Array(runs.length * values.length);
    for (const [i, drawn] of [first!, ...others].entries()) all.set(drawn[name]![0], i * values.length);
    return [name, stackedTensor(all, shape)];
  });
  return Object.fromEntries(tensors) as { readonly [Name in keyof T]: TensorOf<T[Name]> };
}

function typeOf(values: Float32Array | Int32Array): 'float32' | 'int32' {
  return values instanceof Float32Array ? 'float32' : 'int32';
}
