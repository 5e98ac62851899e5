/** Every registered gradient against differences of the function itself, on both backends. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { DENSE_LAYER, denseLayer } from '../../src/engine/kernels/dense-layer.ts';
import { registeredGradients } from '../../src/engine/kernels/gradients/register.ts';
import { PERTURBED, canPerturb, perturbed } from '../../src/engine/kernels/perturbed.ts';
import { scaledSoftmax, softmaxGradient } from '../../src/engine/kernels/scaled-softmax.ts';
import { permutation } from '../../src/engine/random/fill.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { normal, uniform } from '../../src/engine/random/noise.ts';

const key = rootKey(5);

type Differentiable = (...inputs: Tensor[]) => Tensor;

interface Case {
  readonly kernel: string;
  readonly f: Differentiable;
  readonly shapes: number[][];
  readonly from?: 'positive';
}

const of = (kernel: string, f: Differentiable, ...shapes: number[][]): Case => ({ kernel, f, shapes });
const positive = (kernel: string, f: Differentiable, ...shapes: number[][]): Case => ({
  ...of(kernel, f, ...shapes),
  from: 'positive',
});

const layer: Differentiable = (x, weights, biases) =>
  denseLayer(x as tf.Tensor2D, weights as tf.Tensor2D, biases as tf.Tensor1D, false);
/** On another backend, its mathematics by operations. */
const noisy: Differentiable = (x) =>
  canPerturb(x, rootKey(3)) ? perturbed(x, rootKey(3), 'far') : tf.add(x, tf.ones([2, 5]));

/** The smooth ones: one case a kernel at least, and one for every way of broadcasting, axis or attribute. */
const cases: Case[] = [
  of(tf.Add, tf.add, [2, 3], [2, 3]),
  of(tf.Add, tf.add, [2, 3], [3]),
  of(tf.Add, tf.add, [2, 1], [1, 3]),
  of(tf.Add, tf.add, [], [2, 3]),
  of(tf.Sub, tf.sub, [2, 3], [2, 1]),
  of(tf.Sub, tf.sub, [3], [2, 3]),
  of(tf.Multiply, tf.mul, [2, 3], [3]),
  of(tf.Multiply, tf.mul, [2, 1, 2], [3, 1]),
  positive(tf.RealDiv, tf.div, [2, 3], [2, 1]),
  positive(tf.RealDiv, tf.div, [1], [4]),
  of(tf.SquaredDifference, tf.squaredDifference, [2, 3], [3]),
  positive(tf.Pow, tf.pow, [2, 2], [2]),
  of(tf.Maximum, tf.maximum, [3, 3], [3]),
  of(tf.Minimum, tf.minimum, [3, 1], [3, 3]),
  of(tf.AddN, (...inputs) => tf.addN(inputs), [2, 2], [2, 2], [2, 2]),
  of(tf.Identity, (x) => tf.clone(x), [3]),
  of(tf.Cast, (x) => tf.cast(x, 'float32'), [3]),
  of(tf.Neg, tf.neg, [3]),
  of(PERTURBED, noisy, [2, 5]),
  of(tf.Abs, tf.abs, [6]),
  of(tf.Square, tf.square, [6]),
  positive(tf.Log, tf.log, [6]),
  positive(tf.Log1p, tf.log1p, [6]),
  of(tf.Sin, tf.sin, [6]),
  of(tf.Cos, tf.cos, [6]),
  of(tf.Softplus, tf.softplus, [6]),
  of(tf.Relu, tf.relu, [6]),
  of(tf.LeakyRelu, (x) => tf.leakyRelu(x, 0.3), [6]),
  of(tf.ClipByValue, (x) => tf.clipByValue(x, -0.7, 0.9), [8]),
  of(tf.Erf, tf.erf, [6]),
  of(tf.Exp, tf.exp, [6]),
  of(tf.Expm1, tf.expm1, [6]),
  positive(tf.Sqrt, tf.sqrt, [6]),
  positive(tf.Rsqrt, tf.rsqrt, [6]),
  positive(tf.Reciprocal, tf.reciprocal, [6]),
  of(tf.Sigmoid, tf.sigmoid, [6]),
  of(tf.Tanh, tf.tanh, [6]),
  of(tf.Elu, tf.elu, [6]),
  of(tf.Sum, (x) => tf.sum(x), [2, 3]),
  of(tf.Sum, (x) => tf.sum(x, 0), [2, 3]),
  of(tf.Sum, (x) => tf.sum(x, [-1]), [2, 3]),
  of(tf.Sum, (x) => tf.sum(x, [0, 2], true), [2, 3, 2]),
  of(tf.Sum, (x) => tf.sum(x, 0), [3, 20]),
  of(tf.Mean, (x) => tf.mean(x), [2, 3]),
  of(tf.Mean, (x) => tf.mean(x, 1, true), [2, 3]),
  of(tf.Max, (x) => tf.max(x), [2, 3]),
  of(tf.Max, (x) => tf.max(x, -1), [3, 4]),
  of(tf.Min, (x) => tf.min(x, 0, true), [3, 4]),
  of(tf.Cumsum, (x) => tf.cumsum(x, 1), [2, 4]),
  of(tf.Cumsum, (x) => tf.cumsum(x, 0, true, true), [3, 2]),
  of(tf.Softmax, (x) => tf.softmax(x), [2, 3]),
  of(tf.Softmax, (x) => tf.softmax(x), [2, 7]),
  of(tf.Reshape, (x) => tf.reshape(x, [3, 2]), [2, 3]),
  of(tf.ExpandDims, (x) => tf.expandDims(x, 1), [2, 3]),
  of(tf.Transpose, (x) => tf.transpose(x), [2, 3]),
  of(tf.Transpose, (x) => tf.transpose(x, [2, 0, 1]), [2, 3, 2]),
  of(tf.Slice, (x) => tf.slice(x, [1, 0], [1, 2]), [3, 3]),
  of(
    tf.PadV2,
    (x) =>
      tf.pad(x, [
        [1, 0],
        [0, 2],
      ]),
    [2, 2],
  ),
  of(tf.Tile, (x) => tf.tile(x, [2, 3]), [2, 2]),
  of(tf.Tile, (x) => tf.broadcastTo(x, [2, 3, 2]), [3, 1]),
  of(tf.Reverse, (x) => tf.reverse(x, 1), [2, 3]),
  of(tf.Select, (x, y) => tf.where(tf.tensor([1, 0, 0, 1], [4], 'bool'), x, y), [4], [4]),
  of(tf.Concat, (x, y) => tf.concat([x, y], 1), [2, 1], [2, 3]),
  of(tf.Concat, (x, y) => tf.concat([x, y], -1), [2], [3]),
  of(tf.SplitV, (x) => tf.mul(...(tf.split(x, 2, 1) as [Tensor, Tensor])), [2, 4]),
  of(tf.SplitV, (x) => tf.addN(tf.split(x, [1, 1], 0)), [2, 3]),
  of(tf.Pack, (x, y) => tf.stack([x, y], 1), [2, 2], [2, 2]),
  // One piece: its gradient comes alone, not in a list.
  of(tf.SplitV, (x) => tf.square(tf.split(x, 1, 1)[0]!), [2, 3]),
  of(tf.Unpack, (x) => tf.square(tf.unstack(x, 1)[0]!), [3, 1]),
  of(tf.Unpack, (x) => tf.sub(...(tf.unstack(x, 1) as [Tensor, Tensor])), [3, 2]),
  of(tf.BatchMatMul, (x, y) => tf.matMul(x, y), [2, 3], [3, 2]),
  of(DENSE_LAYER, layer, [2, 3], [3, 5], [5]),
  of(tf.BatchMatMul, (x, y) => tf.matMul(x, y, true, true), [3, 2], [2, 3]),
  of(tf.BatchMatMul, (x, y) => tf.matMul(x, y, false, true), [2, 2, 3], [2, 3]),
  of(tf.BatchMatMul, (x, y) => tf.matMul(x, y, true), [1, 2, 3, 2], [2, 3, 2]),
  of(tf.GatherV2, (x) => tf.gather(x, tf.tensor1d([2, 0, 2], 'int32')), [3, 2]),
  of(
    tf.GatherV2,
    (x) =>
      tf.gather(
        x,
        tf.tensor2d(
          [
            [1, 1],
            [0, 2],
          ],
          [2, 2],
          'int32',
        ),
        1,
      ),
    [2, 3, 2],
  ),
  of(
    tf.GatherV2,
    (x) =>
      tf.gather(
        x,
        tf.tensor2d(
          [
            [1, 1],
            [0, 2],
          ],
          [2, 2],
          'int32',
        ),
        1,
        1,
      ),
    [2, 3],
  ),
];

/** Convolutions and pools of images: [images], [filter], and how. */
const imageCases: Case[] = [
  of(tf.Conv2D, convolved(1, 'same'), [2, 3, 4, 1], [3, 3, 1, 2]),
  of(tf.Conv2D, convolved(2, 'same'), [1, 5, 4, 2], [3, 2, 2, 3]),
  of(tf.Conv2D, convolved([1, 2], 'valid'), [2, 3, 5, 1], [2, 2, 1, 8]),
  of(tf.Conv2D, convolved(1, 1), [1, 3, 3, 2], [1, 1, 2, 5]),
  of(tf.Conv2D, convolved(3, 'valid'), [2, 4, 4, 1], [1, 2, 1, 1]),
  of(tf.Conv2DBackpropInput, transposedConvolution(2), [1, 2, 3, 2], [3, 3, 1, 2]),
  of(
    tf.Conv2DBackpropFilter,
    (x, dy) => filterGradient(tf.Conv2DBackpropFilter, x, dy, [2, 2, 1, 2], 1),
    [2, 3, 3, 1],
    [2, 2, 2, 2],
  ),
  of(tf.DepthwiseConv2dNative, depthwise(1, 'same'), [2, 3, 4, 2], [3, 3, 2, 1]),
  of(tf.DepthwiseConv2dNative, depthwise(2, 'valid'), [1, 5, 4, 2], [2, 2, 2, 3]),
  of(tf.DepthwiseConv2dNative, depthwise(1, 1), [1, 2, 3, 5], [2, 3, 5, 1]),
  of(
    tf.DepthwiseConv2dNativeBackpropInput,
    (dy, filter) =>
      tf
        .engine()
        .runKernel<Tensor>(
          tf.DepthwiseConv2dNativeBackpropInput,
          { dy, filter },
          { ...sides(2, 'same'), inputShape: [1, 3, 4, 2] },
        ),
    [1, 2, 2, 4],
    [2, 3, 2, 2],
  ),
  of(
    tf.DepthwiseConv2dNativeBackpropFilter,
    (x, dy) => filterGradient(tf.DepthwiseConv2dNativeBackpropFilter, x, dy, [2, 2, 2, 1], 1),
    [2, 3, 3, 2],
    [2, 2, 2, 2],
  ),
  of(tf.MaxPool, (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'same'), [2, 3, 4, 2]),
  of(tf.MaxPool, (x) => tf.maxPool(x as tf.Tensor4D, [3, 2], 1, 1), [1, 4, 3, 5]),
  of(tf.AvgPool, (x) => tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid'), [2, 4, 5, 3]),
  of(tf.AvgPool, (x) => tf.avgPool(x as tf.Tensor4D, 3, 2, 'same'), [1, 4, 4, 5]),
  of(tf.AvgPool, (x) => tf.avgPool(x as tf.Tensor4D, [2, 3], 1, 1), [1, 3, 3, 2]),
  of(
    tf.AvgPoolGrad,
    (dy) =>
      tf
        .engine()
        .runKernel<Tensor>(
          tf.AvgPoolGrad,
          { dy, input: tf.zeros([1, 4, 4, 2]) },
          { filterSize: [3, 3], ...sides(2, 'same') },
        ),
    [1, 2, 2, 2],
  ),
];
cases.push(...imageCases);

function sides(strides: number, pad: 'same' | 'valid') {
  return { strides: [strides, strides], pad, dataFormat: 'NHWC', dilations: [1, 1] };
}

function convolved(strides: number | [number, number], pad: 'same' | 'valid' | number): Differentiable {
  return (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad);
}

function depthwise(strides: number, pad: 'same' | 'valid' | number): Differentiable {
  return (x, filter) => tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad);
}

function transposedConvolution(strides: number): Differentiable {
  return (x, filter) =>
    tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, [1, 4, 5, 1], strides, 'same');
}

function filterGradient(
  kernel: string,
  x: Tensor,
  dy: Tensor,
  filterShape: number[],
  strides: number,
): Tensor {
  return tf.engine().runKernel<Tensor>(kernel, { x, dy }, { ...sides(strides, 'valid'), filterShape });
}

/** Positive numbers, or numbers in random order that keep 0.05 from 0, from one another and from the bounds of clipping. */
function inputsOf({ shapes, from }: Case): Tensor[] {
  return shapes.map((shape, which) => {
    const stream = fold(key, `${shape.join()} ${which}`);
    if (from === 'positive') return tf.add(uniform(stream, shape), 0.5);
    const count = shape.reduce((product, side) => product * side, 1);
    const spread = Array.from(
      permutation(stream, count),
      (i) => 0.2 * (i - Math.floor(count / 2)) + 0.05 + 0.1 * which,
    );
    return tf.tensor(spread, shape);
  });
}

/** sum of f(x) times fixed weights, in double precision. */
function weightedSum(f: Differentiable, inputs: Tensor[], weights: Float32Array): number {
  const values = tf.tidy(() => f(...inputs).dataSync<'float32'>());
  return values.reduce((sum, y, i) => sum + y * weights[i]!, 0);
}

/** The derivative by the i-th number of one input, from values at distances h and 2 h: exact up to h^4 and rounding. */
function difference(
  f: Differentiable,
  inputs: Tensor[],
  which: number,
  i: number,
  weights: Float32Array,
): number {
  const h = 0.02;
  const at = (distance: number): number =>
    tf.tidy(() => {
      const moved = inputs[which]!.dataSync<'float32'>().slice();
      moved[i]! += distance;
      return weightedSum(f, inputs.with(which, tf.tensor(moved, inputs[which]!.shape)), weights);
    });
  return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
}

describe.each(
  cases.map(
    (c) => [`${c.kernel} of ${c.shapes.map((shape) => `[${shape.join()}]`).join(' and ')}`, c] as const,
  ),
)('%s', (_name, { f, ...rest }) => {
  test('has the gradient of its differences', () => {
    tf.tidy(() => {
      const inputs = inputsOf({ f, ...rest });
      const output = f(...inputs);
      const weights = normal(fold(key, 'weights'), [output.size]).dataSync<'float32'>().slice();
      const loss = (...xs: Tensor[]): Tensor => tf.sum(tf.mul(f(...xs), tf.tensor(weights, output.shape)));
      const gradients = tf.grads(loss)(inputs);
      for (const [which, gradient] of gradients.entries()) {
        const expected = Array.from({ length: inputs[which]!.size }, (_, i) =>
          difference(f, inputs, which, i, weights),
        );
        // Rounding of the function's values in float32 over 12 h, and the next term of the difference.
        expect(gradient.dataSync()).toBeAllClose(expected, { absolute: 5e-4, relative: 1e-3 });
      }
    });
  });
});

/** Those whose gradient is written in the output, beside softmax at a temperature. */
const throughOutputs: [name: string, f: (x: Tensor) => Tensor][] = [
  ['exp', tf.exp],
  ['expm1', tf.expm1],
  ['sqrt', tf.sqrt],
  ['rsqrt', tf.rsqrt],
  ['reciprocal', tf.reciprocal],
  ['sigmoid', tf.sigmoid],
  ['tanh', tf.tanh],
  ['elu', (x) => tf.elu(tf.neg(x))],
  ['pow', (x) => tf.pow(x, 2.5)],
  ['softmax', (x) => tf.softmax(x)],
  ['scaledSoftmax', (x) => scaledSoftmax(x, 1.5)],
  // Rows of a vector's length and more, where the kernels of softmax are others; all three numbers are in every row.
  ['softmax of 5', (x) => tf.slice(tf.softmax(tf.concat([x, tf.mul(tf.slice(x, [0], [2]), 0.5)])), [0], [3])],
  [
    'scaledSoftmax of 9',
    (x) => tf.slice(scaledSoftmax(tf.concat([x, tf.square(x), tf.neg(x)]), 0.8), [2], [3]),
  ],
];

test.each(throughOutputs)('%s has a second derivative', (_name, f) => {
  tf.tidy(() => {
    const weights = tf.tensor1d([0.7, -1.1, 0.4]);
    const slope = tf.grad((x: Tensor) => tf.sum(tf.mul(f(x), weights)));
    const along = tf.tensor1d([0.3, 0.5, -0.9]);
    const x = tf.tensor1d([0.6, 0.9, 1.3]);
    const second = tf.grad((at: Tensor) => tf.sum(tf.mul(slope(at), along)))(x);
    const h = 0.02;
    const difference = tf.div(
      tf.sub(slope(tf.add(x, tf.mul(along, h))), slope(tf.sub(x, tf.mul(along, h)))),
      2 * h,
    );
    // The Hessian is symmetric. Truncation h^2 / 6 times a fourth derivative of some tens; rounding 1e-7 / h.
    expect(second.dataSync()).toBeAllClose(difference.dataSync(), { absolute: 2e-3, relative: 2e-3 });
  });
});

test.each([3, 9])('softmax of %i has a third derivative', (columns) => {
  tf.tidy(() => {
    const fill = (name: string): Tensor => normal(fold(key, name), [2, columns]);
    const [x, weights, first, second] = ['x', 'weights', 'first', 'second'].map(fill) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    const slope = tf.grad((at: Tensor) => tf.sum(tf.mul(scaledSoftmax(at, 1.5), weights)));
    const curve = tf.grad((at: Tensor) => tf.sum(tf.mul(slope(at), first)));
    const third = tf.grad((at: Tensor) => tf.sum(tf.mul(curve(at), second)))(x);
    const h = 0.02;
    const difference = tf.div(
      tf.sub(curve(tf.add(x, tf.mul(second, h))), curve(tf.sub(x, tf.mul(second, h)))),
      2 * h,
    );
    expect(third.dataSync()).toBeAllClose(difference.dataSync(), { absolute: 3e-3, relative: 3e-3 });
  });
});

const flatCases: [kernel: string, f: (x: Tensor) => Tensor][] = [
  [tf.Sign, tf.sign],
  [tf.Step, (x) => tf.step(x)],
  [tf.Floor, tf.floor],
  [tf.Ceil, tf.ceil],
  [tf.Round, tf.round],
  [tf.ZerosLike, (x) => tf.zerosLike(x)],
  [tf.OnesLike, (x) => tf.onesLike(x)],
  [tf.ArgMax, (x) => tf.cast(tf.argMax(x), 'float32')],
  [tf.ArgMin, (x) => tf.cast(tf.argMin(x), 'float32')],
  [tf.OneHot, (x) => tf.cast(tf.oneHot(tf.cast(x, 'int32'), 3), 'float32')],
];

test.each(flatCases)('%s has the gradient 0', (_kernel, f) => {
  tf.tidy(() => {
    const gradient = tf.grad((x) => tf.add(tf.sum(tf.mul(2, f(x))), tf.sum(x)))(
      tf.tensor1d([0.3, 1.7, -1.2]),
    );
    expect([...gradient.dataSync()]).toEqual([1, 1, 1]);
  });
});

test('every registered gradient has a case here', () => {
  const tested = new Set([...cases.map(({ kernel }) => kernel), ...flatCases.map(([kernel]) => kernel)]);
  expect(
    registeredGradients()
      .map(({ kernelName }) => kernelName)
      .filter((name) => !tested.has(name)),
  ).toEqual([]);
});

test('a sum passes on its gradient though another path of one operand adds to it', () => {
  tf.tidy(() => {
    const gradient = tf.grad((x: Tensor) => {
      const p = tf.mul(x, 5);
      const a = tf.mul(x, 2);
      const square = tf.square(a);
      return tf.sum(tf.add(tf.add(p, a), square));
    })(tf.tensor1d([1, 2, 3]));
    expect([...gradient.dataSync()]).toEqual([15, 23, 31]);
  });
});

describe('conventions at the edges', () => {
  const gradient = (f: (x: Tensor) => Tensor, x: number[]): number[] =>
    tf.tidy(() => [
      ...tf
        .grad((t) => tf.sum(f(t)))(tf.tensor1d(x))
        .dataSync(),
    ]);

  test('all of the largest numbers of a tie get the gradient', () => {
    expect(gradient((x) => tf.max(x), [1, 3, 3])).toEqual([0, 1, 1]);
  });

  test('maximum and minimum of equal operands pass the gradient to the first', () => {
    tf.tidy(() => {
      const [a, b] = tf.grads((x: Tensor, y: Tensor) => tf.sum(tf.add(tf.maximum(x, y), tf.minimum(x, y))))([
        tf.scalar(2),
        tf.scalar(2),
      ]);
      expect([a!.dataSync()[0], b!.dataSync()[0]]).toEqual([2, 0]);
    });
  });

  test('where passes no infinite gradient to the branch that was not taken', () => {
    const f = (x: Tensor): Tensor => tf.log(tf.where(tf.tensor1d([0, 1], 'bool'), x, tf.zerosLike(x)));
    expect(gradient(f, [3, 2])).toEqual([0, 0.5]);
  });

  test('clipping has the slope 1 on its bounds and 0 outside', () => {
    expect(gradient((x) => tf.clipByValue(x, -1, 1), [-2, -1, 0, 1, 2])).toEqual([0, 1, 1, 1, 0]);
  });

  test('a power has a gradient for a base of 0 and a negative base with a whole exponent', () => {
    expect(gradient((x) => tf.pow(x, 3), [0, -2])).toBeAllClose([0, 12], { absolute: 1e-5 });
  });

  test('softmaxGradient scales with the temperature', () => {
    tf.tidy(() => {
      const [y, dy] = [tf.tensor1d([0.2, 0.3, 0.5]), tf.tensor1d([1, -1, 2])];
      const mean = 0.2 - 0.3 + 1;
      const expected = [0.2 * (1 - mean), 0.3 * (-1 - mean), 0.5 * (2 - mean)].map((x) => x * 4);
      expect(softmaxGradient(dy, y, 4).dataSync()).toBeAllClose(expected, { absolute: 1e-6 });
    });
  });
});
