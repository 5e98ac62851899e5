/** Gradients of the operations that move elements about. */
import type { GradConfig, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { gradient } from './define.ts';

export const shapeGradients: GradConfig[] = [
  gradient(tf.Reshape, { inputs: ['x'] }, (dy, [x]) => ({ x: () => tf.reshape(dy, x.shape) })),
  gradient(tf.ExpandDims, { inputs: ['input'] }, (dy, [x]) => ({ input: () => tf.reshape(dy, x.shape) })),
  gradient(tf.Transpose, {}, (dy, _saved, attrs) => {
    const perm = attrs['perm'] as number[];
    return {
      x: () =>
        tf.transpose(
          dy,
          perm.map((_, i) => perm.indexOf(i)),
        ),
    };
  }),
  gradient(tf.Slice, { inputs: ['x'] }, (dy, [x], attrs) => {
    const begin = tf.slice_util.parseSliceParams(
      x,
      attrs['begin'] as number[],
      attrs['size'] as number[],
    )[0]!;
    const around = begin.map((start, i): [number, number] => [start, x.shape[i]! - start - dy.shape[i]!]);
    return { x: () => tf.pad(dy, around) };
  }),
  gradient(tf.PadV2, { inputs: ['x'] }, (dy, [x], attrs) => {
    const begin = (attrs['paddings'] as [number, number][]).map(([before]) => before);
    return { x: () => tf.slice(dy, begin, x.shape) };
  }),
  gradient(tf.Tile, { inputs: ['x'] }, (dy, [x], attrs) => ({
    x: () => {
      // Each side as (repetitions, side): sum over the repetitions.
      const split = (attrs['reps'] as number[]).flatMap((times, i) => [times, x.shape[i]!]);
      return tf.sum(
        tf.reshape(dy, split),
        x.shape.map((_, i) => 2 * i),
      );
    },
  })),
  gradient(tf.Reverse, {}, (dy, _saved, attrs) => ({ x: () => tf.reverse(dy, attrs['dims'] as number[]) })),
  gradient(tf.Select, { inputs: ['condition'] }, (dy, [condition]) => ({
    condition: () => tf.zeros(condition.shape, 'float32'),
    // Not dy times the mask: an infinite dy of the branch that was not taken would turn into NaN.
    t: () => tf.where(condition, dy, tf.zerosLike(dy)),
    e: () => tf.where(condition, tf.zerosLike(dy), dy),
  })),
  gradient(tf.OneHot, { inputs: ['indices'] }, (_dy, [indices]) => ({
    indices: () => tf.zeros(indices.shape, 'float32'),
  })),
  {
    kernelName: tf.Concat,
    saveAllInputs: true,
    gradFunc: (dy, saved, attrs) => {
      const axis = tf.util.parseAxisParam(Number(attrs['axis']), saved[0]!.shape)[0]!;
      const parts = tf.split(
        dy as Tensor,
        saved.map((x) => x.shape[axis]!),
        axis,
      );
      return Object.fromEntries(parts.map((part, i) => [i, () => part]));
    },
  },
  {
    kernelName: tf.SplitV,
    gradFunc: (dy, _saved, attrs) => ({ x: () => tf.concat(pieces(dy), Number(attrs['axis'])) }),
  },
  {
    kernelName: tf.Pack,
    saveAllInputs: true,
    gradFunc: (dy, _saved, attrs) => {
      const parts = tf.unstack(dy as Tensor, Number(attrs['axis']));
      return Object.fromEntries(parts.map((part, i) => [i, () => part]));
    },
  },
  {
    kernelName: tf.Unpack,
    gradFunc: (dy, _saved, attrs) => ({
      value: () => tf.stack(pieces(dy), Number(attrs['axis'])),
    }),
  },
];

/** The tape hands the gradient of a lone output over by itself. */
function pieces(dy: Tensor | Tensor[]): Tensor[] {
  return Array.isArray(dy) ? dy : [dy];
}
