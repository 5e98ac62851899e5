/** Gradients of the matrix product and of gather, which is a product with one-hot rows. */
import type { GradConfig } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { gradient } from './define.ts';
import { reduceTo } from './reduce-to.ts';

export const productGradients: GradConfig[] = [
  // With A = a or its transpose and B likewise: dA = dy B', dB = A' dy; batch sides broadcast like those of `add`.
  gradient(tf.BatchMatMul, { inputs: ['a', 'b'] }, (dy, [a, b], attrs) => {
    const flipA = attrs['transposeA'] === true;
    const flipB = attrs['transposeB'] === true;
    const da = (): tf.Tensor => (flipA ? tf.matMul(b, dy, flipB, true) : tf.matMul(dy, b, false, !flipB));
    const db = (): tf.Tensor => (flipB ? tf.matMul(dy, a, true, flipA) : tf.matMul(a, dy, !flipA, false));
    return { a: () => reduceTo(da(), a.shape), b: () => reduceTo(db(), b.shape) };
  }),
  gradient(tf.GatherV2, { inputs: ['x', 'indices'] }, (dy, [x, indices], attrs) => {
    const axis = tf.util.parseAxisParam(Number(attrs['axis']), x.shape)[0]!;
    const zeros = (): tf.Tensor => tf.zeros(indices.shape, 'float32');
    return {
      indices: zeros,
      x: () => gatherGradient(dy, x.shape, indices, axis, Number(attrs['batchDims'] ?? 0)),
    };
  }),
];

/** Adds every gathered slice of dy to the slice of x that it came from. */
function gatherGradient(
  dy: tf.Tensor,
  shape: number[],
  indices: tf.Tensor,
  axis: number,
  batchDims: number,
): tf.Tensor {
  const size = (sides: number[]): number => sides.reduce((product, side) => product * side, 1);
  const [batch, outer, side] = [
    size(shape.slice(0, batchDims)),
    size(shape.slice(batchDims, axis)),
    shape[axis]!,
  ];
  const inner = size(shape.slice(axis + 1));
  const picks = indices.size / Math.max(batch, 1);
  // Sides in the other order: nothing to do where one of them is 1.
  const swapped = (x: tf.Tensor, one: number, other: number): tf.Tensor => {
    const parts = tf.reshape(x, [batch, one, other, inner]);
    return one === 1 || other === 1 ? parts : tf.transpose(parts, [0, 2, 1, 3]);
  };
  // Rows (batch, pick) of [outer, inner]; each batch has its own range of segments.
  const rows = tf.reshape(swapped(dy, outer, picks), [batch * picks, outer, inner]);
  const segments = batch === 1 ? indices : batchSegments(tf.reshape(indices, [batch, picks]), side);
  const sums = tf.unsortedSegmentSum(rows, tf.reshape<tf.Rank.R1>(segments, [batch * picks]), batch * side);
  return tf.reshape(swapped(sums, side, outer), shape);
}

/** Places [batch, picks] in a side of each batch, as places in the sides of all. */
function batchSegments(indices: tf.Tensor, side: number): tf.Tensor {
  const batch = indices.shape[0];
  const offsets = tf.reshape(tf.range(0, batch, 1, 'int32'), [batch, 1]);
  return tf.add(indices, tf.mul(offsets, tf.scalar(side, 'int32')));
}
