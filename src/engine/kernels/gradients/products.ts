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
  // Rows (batch, pick) of [outer, inner]; each batch has its own range of segments.
  const rows = tf.reshape(tf.transpose(tf.reshape(dy, [batch, outer, picks, inner]), [0, 2, 1, 3]), [
    batch * picks,
    outer,
    inner,
  ]);
  const offsets = tf.reshape(tf.range(0, batch, 1, 'int32'), [batch, 1]);
  const segments = tf.add(tf.reshape(indices, [batch, picks]), tf.mul(offsets, tf.scalar(side, 'int32')));
  const sums = tf.unsortedSegmentSum(rows, tf.reshape<tf.Rank.R1>(segments, [batch * picks]), batch * side);
  return tf.reshape(tf.transpose(tf.reshape(sums, [batch, side, outer, inner]), [0, 2, 1, 3]), shape);
}
