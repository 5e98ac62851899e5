/** Random tensors: `fill.ts` on the host, then one upload. */
import * as tf from '@tensorflow/tfjs-core';
import { fillGumbel, fillLogistic, fillNormal, fillUniform } from './fill.ts';
import { stackedTensor } from '../stack/stacked-backend.ts';
import { membersOf, type Key } from './key.ts';

type Fill = (key: Key, out: Float32Array) => void;

/** Where the wasm backend's numbers are made: it copies them, and a fresh array costs a tenth of the time. */
let scratch = new Float32Array(0);

function filled<R extends tf.Rank>(fill: Fill, key: Key, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  const size = shape.reduce((product, side) => product * side, 1);
  const members = membersOf(key);
  if (members !== undefined) {
    const all = new Float32Array(members.length * size);
    for (const [i, member] of members.entries()) fill(member, all.subarray(i * size, (i + 1) * size));
    return stackedTensor(all, shape) as tf.Tensor<R>;
  }
  const copied = tf.getBackend() === 'wasm';
  if (copied && scratch.length < size) scratch = new Float32Array(size);
  const out = copied ? scratch.subarray(0, size) : new Float32Array(size);
  fill(key, out);
  return tf.tensor<R>(out, shape, 'float32');
}

/** Uniform on the open interval (0, 1). */
export function uniform<R extends tf.Rank>(key: Key, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  return filled(fillUniform, key, shape);
}

/** Standard Gumbel. */
export function gumbel<R extends tf.Rank>(key: Key, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  return filled(fillGumbel, key, shape);
}

/** Standard logistic. */
export function logistic<R extends tf.Rank>(key: Key, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  return filled(fillLogistic, key, shape);
}

/** Standard normal. */
export function normal<R extends tf.Rank>(key: Key, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  return filled(fillNormal, key, shape);
}
