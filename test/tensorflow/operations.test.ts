/** Every tensor operation that the engine calls, on TensorFlow's library against the cpu backend, forward and gradient. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/node/programs.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { normal } from '../../src/engine/random/noise.ts';
import { onBothBackends } from '../support/both-backends.ts';

const key = rootKey(31);

interface Case {
  readonly operation: string;
  readonly f: (...inputs: Tensor[]) => Tensor | Tensor[];
  readonly shapes: readonly number[][];
  /** Whether a gradient passes it. */
  readonly smooth: boolean;
}

const smooth = (operation: string, f: Case['f'], ...shapes: number[][]): Case => ({
  operation,
  f,
  shapes,
  smooth: true,
});
const jumps = (operation: string, f: Case['f'], ...shapes: number[][]): Case => ({
  ...smooth(operation, f, ...shapes),
  smooth: false,
});
const positive = (x: Tensor): Tensor => tf.add(tf.square(x), 0.1);
const row = [7];
const matrix = [5, 7];
const other = [5, 7];
const stack = [3, 5, 7];
const places = (): Tensor => tf.tensor1d([4, 0, 2, 2], 'int32');

const cases: readonly Case[] = [
  smooth('abs', tf.abs, matrix),
  smooth('add', tf.add, matrix, row),
  smooth('addN', (...all) => tf.addN(all), matrix, other, matrix),
  jumps('argMax', (x) => tf.argMax(x, 1), matrix),
  smooth('cast', (x) => tf.cast(x, 'float32'), matrix),
  jumps('cast', (x) => tf.cast(x, 'int32'), matrix),
  smooth('clipByValue', (x) => tf.clipByValue(x, -0.5, 0.5), matrix),
  smooth('clone', tf.clone, matrix),
  smooth('concat', (a, b) => tf.concat([a, b], 1), matrix, other),
  smooth('concat1d', (a, b) => tf.concat1d([a as tf.Tensor1D, b as tf.Tensor1D]), row, row),
  smooth('concat2d', (a, b) => tf.concat2d([a as tf.Tensor2D, b as tf.Tensor2D], 0), matrix, other),
  smooth('concat3d', (a, b) => tf.concat3d([a as tf.Tensor3D, b as tf.Tensor3D], 2), stack, stack),
  smooth('cos', tf.cos, matrix),
  smooth('cumsum', (x) => tf.cumsum(x, 1), matrix),
  smooth('cumsum', (x) => tf.cumsum(x, 0, true, true), matrix),
  smooth('div', (a, b) => tf.div(a, positive(b)), matrix, row),
  jumps('equal', (a, b) => tf.equal(tf.round(a), tf.round(b)), matrix, row),
  smooth('exp', tf.exp, matrix),
  smooth('expandDims', (x) => tf.expandDims(x, 1), matrix),
  smooth('expm1', tf.expm1, matrix),
  jumps('eye', () => tf.eye(4)),
  jumps('fill', () => tf.fill([2, 3], 1.5)),
  jumps('floor', tf.floor, matrix),
  smooth('gather', (x) => tf.gather(x, places()), matrix),
  smooth('gather', (x) => tf.gather(x, places(), 1), matrix),
  jumps('greater', tf.greater, matrix, row),
  jumps('greaterEqual', tf.greaterEqual, matrix, row),
  smooth('leakyRelu', (x) => tf.leakyRelu(x, 0.2), matrix),
  jumps('less', tf.less, matrix, row),
  jumps('lessEqual', tf.lessEqual, matrix, row),
  smooth('log', (x) => tf.log(positive(x)), matrix),
  smooth('log1p', (x) => tf.log1p(positive(x)), matrix),
  jumps('logicalAnd', (a, b) => tf.logicalAnd(tf.greater(a, 0), tf.less(b, 0)), matrix, row),
  smooth('logSoftmax', (x) => tf.logSoftmax(x), matrix),
  smooth('logSumExp', (x) => tf.logSumExp(x, 1), matrix),
  smooth('matMul', (a, b) => tf.matMul(a, b, false, true), matrix, [4, 7]),
  smooth('matMul', (a, b) => tf.matMul(a, b), stack, [3, 7, 2]),
  smooth('max', (x) => tf.max(x, 1), matrix),
  smooth('maximum', tf.maximum, matrix, row),
  smooth('mean', (x) => tf.mean(x, 0), matrix),
  smooth('min', (x) => tf.min(x, 1), matrix),
  smooth('minimum', tf.minimum, matrix, row),
  smooth('moments', (x) => [tf.moments(x, 0).mean, tf.moments(x, 0).variance], matrix),
  smooth('mul', tf.mul, matrix, row),
  smooth('neg', tf.neg, matrix),
  smooth('norm', (x) => tf.norm(x, 'euclidean', 1), matrix),
  jumps('oneHot', () => tf.oneHot(places(), 5)),
  jumps('ones', () => tf.ones([2, 3])),
  jumps('onesLike', tf.onesLike, matrix),
  smooth('pad', (x) => tf.pad(x, [[1, 0], [0, 2]]), matrix), // prettier-ignore
  smooth('pad2d', (x) => tf.pad2d(x as tf.Tensor2D, [[1, 0], [0, 2]]), matrix), // prettier-ignore
  smooth('pow', (x) => tf.pow(positive(x), 1.5), matrix),
  jumps('range', () => tf.range(0, 9, 2)),
  smooth('reciprocal', (x) => tf.reciprocal(positive(x)), matrix),
  smooth('relu', tf.relu, matrix),
  smooth('reshape', (x) => tf.reshape(x, [7, 5]), matrix),
  smooth('reverse', (x) => tf.reverse(x, 1), matrix),
  jumps('round', tf.round, matrix),
  smooth('rsqrt', (x) => tf.rsqrt(positive(x)), matrix),
  jumps('scatterND', (x) => tf.scatterND(tf.tensor2d([[3], [0], [3]], [3, 1], 'int32'), x, [5, 7]), [3, 7]),
  ...(['left', 'right'] as const).flatMap((side) => [
    // Halves, so that values meet edges.
    jumps(
      'searchSorted',
      (x) =>
        tf.searchSorted(tf.cumsum(tf.ones([3, 9]), 1), tf.div(tf.round(tf.mul(positive(x), 8)), 2), side),
      [3, 20],
    ),
    jumps('searchSorted', () =>
      tf.searchSorted(
        tf.tensor1d([0, 3, 9, 10, 10], 'int32'),
        tf.tensor1d([0, 4, 10, 11, -1], 'int32'),
        side,
      ),
    ),
  ]),
  smooth('sigmoid', tf.sigmoid, matrix),
  jumps('sign', tf.sign, matrix),
  smooth('sin', tf.sin, matrix),
  smooth('slice', (x) => tf.slice(x, [1, 2], [3, 4]), matrix),
  smooth('slice1d', (x) => tf.slice1d(x as tf.Tensor1D, 1, 4), row),
  smooth('softmax', (x) => tf.softmax(x), matrix),
  smooth('softplus', tf.softplus, matrix),
  smooth('split', (x) => tf.split(x, [2, 5], 1), matrix),
  smooth('sqrt', (x) => tf.sqrt(positive(x)), matrix),
  smooth('square', tf.square, matrix),
  smooth('squaredDifference', tf.squaredDifference, matrix, row),
  smooth('squeeze', (x) => tf.squeeze(x), [5, 1, 7]),
  smooth('stack', (a, b) => tf.stack([a, b], 1), matrix, other),
  jumps('step', (x) => tf.step(x), matrix),
  smooth('sub', tf.sub, row, matrix),
  smooth('sum', (x) => tf.sum(x, [0, 2]), stack),
  smooth('tan', tf.tan, matrix),
  smooth('tanh', tf.tanh, matrix),
  jumps(
    'tensorScatterUpdate',
    (x, y) => tf.tensorScatterUpdate(x, tf.tensor2d([[1], [4]], [2, 1], 'int32'), y),
    matrix,
    [2, 7],
  ),
  smooth('tile', (x) => tf.tile(x, [2, 3]), matrix),
  jumps('topk', (x) => Object.values(tf.topk(x, 3)), matrix),
  smooth('transpose', (x) => tf.transpose(x, [2, 0, 1]), stack),
  jumps('unsortedSegmentSum', (x) => tf.unsortedSegmentSum(x, places() as tf.Tensor1D, 5), [4, 7]),
  smooth('unstack', (x) => tf.unstack(x, 1), matrix),
  smooth('where', (a, b) => tf.where(tf.greater(normal(fold(key, 'flags'), [5, 7]), 0), a, b), matrix, other),
  jumps('zeros', () => tf.zeros([2, 3])),
  jumps('zerosLike', tf.zerosLike, matrix),
];

const inputsOf = ({ shapes }: Case): Tensor[] => shapes.map((shape, i) => normal(fold(key, i), shape));

describe.each(cases.map((c) => ({ name: `${c.operation} of ${JSON.stringify(c.shapes)}`, c })))(
  '$name',
  ({ c }) => {
    test('gives what it gives on cpu', async () => {
      const { cpu, other: found } = await onBothBackends(() => [c.f(...inputsOf(c))].flat());
      expect(found.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
        cpu.map(({ shape, dtype }) => ({ shape, dtype })),
      );
      for (const [i, { values }] of cpu.entries())
        expect(found[i]!.values).toBeAllClose(values, { absolute: 1e-5, relative: 1e-5 });
    });

    if (c.smooth)
      test('has its gradient', async () => {
        const loss = (...inputs: Tensor[]): Tensor =>
          tf.addN([c.f(...inputs)].flat().map((output) => tf.sum(tf.sin(output))));
        const { cpu, other: found } = await onBothBackends(() => tf.grads(loss)(inputsOf(c)));
        for (const [i, { values }] of cpu.entries())
          expect(found[i]!.values).toBeAllClose(values, { absolute: 1e-4, relative: 1e-4 });
      });
  },
);

/** Calls of `tf` that compute nothing by a kernel of their own. */
const NO_OPERATIONS: ReadonlySet<string> = new Set([
  ...['backend', 'customGrad', 'dispose', 'engine', 'env', 'findBackendFactory', 'getBackend'],
  ...[
    'getGradient',
    'getKernel',
    'grad',
    'grads',
    'keep',
    'memory',
    'ready',
    'registerBackend',
    'registerGradient',
    'registerKernel',
  ],
  ...['scalar', 'setBackend', 'tensor', 'tensor1d', 'tensor2d', 'tensor3d', 'tensor4d', 'tidy'],
  ...['unregisterKernel', 'valueAndGrads', 'variable', 'variableGrads'],
]);

test('no operation that the engine calls is missing above', () => {
  const engine = join(packageRoot, 'src/engine');
  const called = new Set(
    readdirSync(engine, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .flatMap((path) => [
        ...readFileSync(join(engine, path), 'utf8').matchAll(/\btf\.(\w+)(?:<[^()]*>)?\(/g),
      ])
      .map(([, name = '']) => name),
  );
  const tested = new Set(cases.map(({ operation }) => operation));
  expect(called.size).toBeGreaterThan(50);
  expect(
    [...called].filter((name) => /^[a-z]/.test(name) && !tested.has(name) && !NO_OPERATIONS.has(name)),
  ).toEqual([]);
});
