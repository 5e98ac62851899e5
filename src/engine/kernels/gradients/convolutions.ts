/**
 * Gradients of convolutions and pooling. A convolution is linear in the images and in the filter, and so are its gradients: each
 * of the three is the gradient of the others, to any order.
 */
import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../../shared/errors.ts';
import { gradient } from './define.ts';

/** Names of a kind of convolution and of its gradients. */
interface Kind {
  readonly forward: string;
  readonly byInput: string;
  readonly byFilter: string;
}

const kinds: readonly Kind[] = [
  { forward: tf.Conv2D, byInput: tf.Conv2DBackpropInput, byFilter: tf.Conv2DBackpropFilter },
  {
    forward: tf.DepthwiseConv2dNative,
    byInput: tf.DepthwiseConv2dNativeBackpropInput,
    byFilter: tf.DepthwiseConv2dNativeBackpropFilter,
  },
];

function convolutionGradients({ forward, byInput, byFilter }: Kind): GradConfig[] {
  const run = (kernel: string, inputs: Record<string, Tensor>, attrs: NamedAttrMap): Tensor =>
    tf.engine().runKernel<Tensor>(kernel, inputs, attrs);
  const forImages = (dy: Tensor, filter: Tensor, attrs: NamedAttrMap, inputShape: number[]): Tensor =>
    run(byInput, { dy, filter }, { ...attrs, inputShape });
  const forFilter = (x: Tensor, dy: Tensor, attrs: NamedAttrMap, filterShape: number[]): Tensor =>
    run(byFilter, { x, dy }, { ...attrs, filterShape });
  return [
    gradient(forward, { inputs: ['x', 'filter'] }, (dy, [x, filter], attrs) => {
      refuseDilations(forward, attrs);
      return {
        x: () => forImages(dy, filter, attrs, x.shape),
        filter: () => forFilter(x, dy, attrs, filter.shape),
      };
    }),
    gradient(byInput, { inputs: ['dy', 'filter'] }, (ddx, [dy, filter], attrs) => ({
      dy: () => run(forward, { x: ddx, filter }, { ...attrs, dilations: [1, 1] }),
      filter: () => forFilter(ddx, dy, attrs, filter.shape),
    })),
    gradient(byFilter, { inputs: ['x', 'dy'] }, (ddw, [x, dy], attrs) => ({
      x: () => forImages(dy, ddw, attrs, x.shape),
      dy: () => run(forward, { x, filter: ddw }, { ...attrs, dilations: [1, 1] }),
    })),
  ];
}

/** The gradients of tfjs-core know no dilation either. */
function refuseDilations(kernel: string, attrs: NamedAttrMap): void {
  const dilations = [(attrs['dilations'] ?? 1) as number | number[]].flat();
  if (dilations.some((dilation) => dilation !== 1))
    throw new AppError(
      'internal',
      `gradient of ${kernel}: expected dilations of 1, got ${dilations.join()}; use a larger filter.`,
    );
}

export const convolutionAndPoolGradients: GradConfig[] = [
  ...kinds.flatMap(convolutionGradients),
  gradient(tf.MaxPool, { inputs: ['x'], output: true }, (dy, [input, output], attrs) => ({
    x: () => tf.engine().runKernel<Tensor>(tf.MaxPoolGrad, { dy, input, output }, attrs),
  })),
  // AvgPoolGrad divides by the size of a whole window, AvgPool by how much of the window lies in the image.
  gradient(tf.AvgPool, { inputs: ['x'] }, (dy, [input], attrs) => ({
    x: () =>
      tf
        .engine()
        .runKernel<Tensor>(
          tf.AvgPoolGrad,
          { dy: byShare(dy, input, attrs, (slope, share) => tf.div(slope, share)), input },
          attrs,
        ),
  })),
  gradient(tf.AvgPoolGrad, { inputs: ['input'] }, (ddx, [input], attrs) => ({
    dy: () => {
      const means = tf.engine().runKernel<Tensor>(tf.AvgPool, { x: ddx }, attrs);
      return byShare(means, input, attrs, (mean, share) => tf.mul(mean, share));
    },
    input: () => tf.zerosLike(input),
  })),
];

/** Applies to `x`, of the shape of the output, the share of every window that lies in the image; x where all do. */
function byShare(
  x: Tensor,
  input: Tensor,
  attrs: NamedAttrMap,
  apply: (x: Tensor, share: Tensor) => Tensor,
): Tensor {
  const shape = tf.backend_util.computePool2DInfo(
    input.shape as [number, number, number, number],
    attrs['filterSize'] as number,
    attrs['strides'] as number,
    1,
    attrs['pad'] as number,
    attrs['dimRoundingMode'] as 'floor' | 'round' | 'ceil',
  );
  const { padInfo, outHeight, outWidth, filterHeight, filterWidth } = shape;
  if (padInfo.top + padInfo.bottom + padInfo.left + padInfo.right === 0) return x;
  const shares = (places: number, size: number, filter: number, stride: number, pad: number): number[] =>
    Array.from({ length: places }, (_, i) => {
      const start = i * stride - pad;
      return (Math.min(start + filter, size) - Math.max(start, 0)) / filter;
    });
  const rows = shares(outHeight, shape.inHeight, filterHeight, shape.strideHeight, padInfo.top);
  const columns = shares(outWidth, shape.inWidth, filterWidth, shape.strideWidth, padInfo.left);
  const share = rows.flatMap((row) => columns.map((column) => row * column));
  return apply(x, tf.tensor4d(share, [1, outHeight, outWidth, 1]));
}
