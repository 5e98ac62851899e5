/** A minibatch of profiles as tensors, with the places of values in the choices of a row: nobody is class 0, bidder i class i + 1. */
import * as tf from '@tensorflow/tfjs-core';
import { drawnTensors } from '../../random/drawn-tensors.ts';
import { randomIntegers } from '../../random/fill.ts';
import { fold, type Key } from '../../random/key.ts';
import type { Profiles, RegretnetData } from './profiles.ts';

export interface Minibatch {
  /** Numbers of the profiles, all different, [B], int32. */
  readonly rows: tf.Tensor1D;
  /** v_ij, [B, n, m]. */
  readonly values: tf.Tensor3D;
  /** v_ij at item j, class i + 1, and 0 for nobody, [B, m, n + 1]. */
  readonly worth: tf.Tensor3D;
  /** The same for bidder i alone, at index i of the second axis, [B, n, m, n + 1]. */
  readonly ownWorth: tf.Tensor4D;
}

/** A window of the training profiles at a random place: they are independent, and none comes twice. */
export function drawRows(key: Key, batch: number, count: number): Int32Array {
  const [first = 0] = randomIntegers(fold(key, 'rows'), 1, count);
  return Int32Array.from({ length: batch }, (_, b) => (first + b) % count);
}

/** The profiles whose numbers are drawn from a key. The caller's tape or tidy owns the tensors. */
export function minibatchOf(
  data: RegretnetData,
  profiles: Profiles,
  key: Key,
  draw: (own: Key) => Int32Array,
): Minibatch {
  return drawnTensors(key, (own) => arraysOf(data, profiles, draw(own)));
}

function arraysOf(data: RegretnetData, { values }: Profiles, rows: Int32Array) {
  const { bidders, items } = data;
  const size = bidders * items;
  const classes = bidders + 1;
  const chosen = new Float32Array(rows.length * size);
  const worth = new Float32Array(rows.length * items * classes);
  const ownWorth = new Float32Array(rows.length * bidders * items * classes);
  rows.forEach((row, b) => {
    chosen.set(values.subarray(row * size, (row + 1) * size), b * size);
    for (let i = 0; i < bidders; i++) {
      for (let j = 0; j < items; j++) {
        const value = values[row * size + i * items + j]!;
        worth[(b * items + j) * classes + i + 1] = value;
        ownWorth[((b * bidders + i) * items + j) * classes + i + 1] = value;
      }
    }
  });
  const batch = rows.length;
  return {
    rows: [rows, [batch]],
    values: [chosen, [batch, bidders, items]],
    worth: [worth, [batch, items, classes]],
    ownWorth: [ownWorth, [batch, bidders, items, classes]],
  } as const;
}

/** What each bidder's lie says at item j, class i + 1, as `ownWorth` has the truth, [B, n, m, n + 1]; lies [B, n, m]. */
export function ownBids(lies: tf.Tensor3D): tf.Tensor4D {
  const [batch, bidders, items] = lies.shape;
  const own = tf.slice(tf.eye(bidders + 1), [1, 0], [bidders, bidders + 1]); // class i + 1 of bidder i
  return tf.mul(tf.reshape(lies, [batch, bidders, items, 1]), tf.reshape(own, [1, bidders, 1, bidders + 1]));
}
