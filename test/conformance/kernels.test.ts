/** The matrix product and the sum of segments on wasm against the cpu backend, forward and gradient. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { registerWasmKernels } from '../../src/engine/kernels/wasm/register.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { normal, uniform } from '../../src/engine/random/noise.ts';
import { onBothBackends } from '../support/both-backends.ts';
import { comparedBackend, useTestBackend } from '../support/use-backend.ts';

const key = rootKey(7);
let before = '';

beforeAll(() => {
  before = tf.getBackend();
});

beforeEach(async () => {
  await useTestBackend(comparedBackend);
});

afterAll(async () => {
  await tf.setBackend(before);
});

/** Products of rows of up to 512 float32 numbers near 1: sums in another order differ by a few 1e-6. */
const tolerance = { absolute: 2e-5, relative: 2e-5 };

const products: [name: string, a: number[], b: number[]][] = [
  ['matrices', [5, 3], [3, 4]],
  ['the menu step', [128, 50], [50, 512]],
  ['one row', [1, 7], [7, 9]],
  ['one column', [6, 5], [5, 1]],
  ['inner side 1', [6, 1], [1, 5]],
  ['small batches', [4, 3, 5], [4, 5, 2]],
  ['large batches', [3, 40, 33], [3, 33, 36]],
  ['a batch against one shared right matrix', [4, 20, 50], [50, 30]],
  ['one shared left matrix, large', [40, 33], [3, 33, 36]],
  ['one shared left matrix of batch 1, small', [1, 2, 3], [5, 3, 4]],
  ['two batch sides', [2, 3, 4, 5], [2, 3, 5, 6]],
  ['two batch sides, large', [2, 2, 9, 17], [2, 2, 17, 19]],
  ['the smallest in blocks', [4, 4], [4, 8]],
  ['blocks that overlap', [7, 5], [5, 15]],
  ['a tall matrix of rows 1', [30, 1, 9], [9, 20]],
  ['two outer products', [2, 6, 1], [2, 1, 9]],
  ['an inner side of 2', [12, 2], [2, 33]],
  ['a row times a matrix', [1, 11], [11, 16]],
  ['a row times a matrix of 17 columns', [1, 11], [11, 17]],
  ['a matrix times a column', [18, 6], [6, 1]],
  ['rows times columns in a batch', [3, 1, 18], [3, 18, 1]],
  ['a batch of columns', [3, 20, 7], [3, 7, 1]],
  ['two numbers', [1, 1], [1, 1]],
];

describe.each(products)('BatchMatMul: %s', (_name, a, b) => {
  describe.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])('transposeA %s, transposeB %s', (transposeA, transposeB) => {
    const swap = (shape: number[]): number[] => [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!];
    const left = transposeA ? swap(a) : a;
    const right = transposeB ? swap(b) : b;
    const operands = (): [Tensor, Tensor] => [normal(fold(key, 'a'), left), normal(fold(key, 'b'), right)];

    test('equals the cpu backend', async () => {
      const { cpu, other } = await onBothBackends(() => [tf.matMul(...operands(), transposeA, transposeB)]);
      expect(other[0]!.values).toBeAllClose(cpu[0]!.values, tolerance);
      const outer =
        a.length > b.length
          ? a.slice(0, -2)
          : b.slice(0, -2).map((side, i) => Math.max(side, a.length === b.length ? a[i]! : 1));
      expect(other[0]!.shape).toEqual([...outer, a.at(-2), b.at(-1)]);
    });

    test('has its gradient', async () => {
      const loss = (x: Tensor, y: Tensor): Tensor =>
        tf.sum(tf.square(tf.matMul(x, y, transposeA, transposeB)));
      const { cpu, other } = await onBothBackends(() => tf.grads(loss)(operands()));
      const scale = Math.max(...cpu.map(({ values }) => Math.max(...values.map(Math.abs))));
      for (const i of [0, 1])
        expect(other[i]!.values).toBeAllClose(cpu[i]!.values, { absolute: 2e-6 * scale, relative: 2e-5 });
    });
  });
});

describe('BatchMatMul where the cpu backend is no reference', () => {
  test('stretches batch sides against one another as NumPy does', () => {
    // np.matmul(a.reshape(2, 1, 1, 1), b.reshape(1, 3, 1, 1)) with a = 1, 2 and b = 1, 10, 100; tfjs gives 1 20 100 1 ...
    const out = tf.tidy(() =>
      tf.matMul(tf.tensor([1, 2], [2, 1, 1, 1]), tf.tensor([1, 10, 100], [1, 3, 1, 1])),
    );
    expect(out.shape).toEqual([2, 3, 1, 1]);
    expect([...out.dataSync()]).toEqual([1, 10, 100, 2, 20, 200]);
    out.dispose();
  });

  test('data used as right operands of two shapes is not taken for the first', () => {
    // tfjs-backend-wasm 4.22 gives 5 7 for the second product: it keeps what it copied for the first.
    const y = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    tf.tidy(() => {
      expect([...tf.matMul(tf.ones([1, 2]), y).dataSync()]).toEqual([5, 7, 9]);
      expect([...tf.matMul(tf.ones([1, 3]), tf.reshape(y, [3, 2])).dataSync()]).toEqual([9, 12]);
    });
    y.dispose();
  });

  test.each([
    [
      [0, 3],
      [3, 2],
    ],
    [
      [2, 0],
      [0, 3],
    ],
    [
      [2, 3],
      [3, 0],
    ],
    [
      [0, 2, 3],
      [0, 3, 2],
    ],
  ])('empty operands %j x %j give zeros', (a, b) => {
    for (const [transposeA, transposeB] of [
      [false, false],
      [true, true],
    ] as const) {
      const out = tf.tidy(() => {
        // Memory that was used before: an output that is not written would show it.
        tf.fill([64], 3);
        const [x, y] = [tf.zeros(a), tf.zeros(b)];
        const flip = (t: Tensor, flag: boolean): Tensor =>
          flag ? tf.zeros([...t.shape.slice(0, -2), t.shape.at(-1)!, t.shape.at(-2)!]) : t;
        return tf.matMul(flip(x, transposeA), flip(y, transposeB), transposeA, transposeB);
      });
      expect(out.shape).toEqual([...a.slice(0, -1), b.at(-1)]);
      expect([...out.dataSync()]).toEqual(Array<number>(out.size).fill(0));
      out.dispose();
    }
  });

  test('refuses operands that do not fit, naming both shapes', () => {
    expect(() => tf.matMul(tf.zeros([2, 3]), tf.zeros([2, 3]))).toThrow(/\[2, 3\] times \[2, 3\]/);
  });
});

describe('UnsortedSegmentSum', () => {
  const indices = [4, 0, 4, 4, 2, 0];

  test.each([
    ['rows', [5, 3], 0],
    ['scalars', [5], 0],
    ['matrices', [5, 2, 3], 0],
    ['columns', [3, 5], 1],
  ])('gather of %s with duplicates has its gradient', async (_name, shape, axis) => {
    const { cpu, other } = await onBothBackends(() => {
      const x = normal(fold(key, 'x'), shape);
      return [tf.grad((v) => tf.sum(tf.square(tf.gather(v, tf.tensor1d(indices, 'int32'), axis))))(x)];
    });
    expect(other[0]!.values).toBeAllClose(cpu[0]!.values, { relative: 1e-6 });
    // Rows 1 and 3 are never gathered.
    const { values } = other[0]!;
    expect(values.filter((g) => g === 0).length).toBe((values.length * 2) / 5);
  });

  test('integers, empty segments and no rows at all', () => {
    const sum = (rows: number[], ids: number[]): number[] => {
      const out = tf.unsortedSegmentSum(tf.tensor1d(rows, 'int32'), tf.tensor1d(ids, 'int32'), 3);
      expect(out.dtype).toBe('int32');
      return [...out.dataSync()];
    };
    tf.tidy(() => {
      tf.fill([64], 3);
      expect(sum([5, 7, 9], [2, 0, 2])).toEqual([7, 0, 14]);
      expect(sum([], [])).toEqual([0, 0, 0]);
    });
  });

  test.each([3, -1])('refuses segment %i of 3 rather than writing outside of its memory', (id) => {
    tf.tidy(() => {
      const call = (): Tensor => tf.unsortedSegmentSum(tf.ones([2, 2]), tf.tensor1d([0, id], 'int32'), 3);
      expect(call).toThrow(new RegExp(`\\[0, 3\\), got ${id}`));
    });
  });
});

describe('GatherV2', () => {
  const filled = (...shape: number[]): Tensor => tf.reshape(tf.range(0, tf.util.sizeFromShape(shape)), shape);
  const places = (values: number[], ...shape: number[]): Tensor => tf.tensor(values, shape, 'int32');

  test.each<[string, () => Tensor]>([
    ['rows', () => tf.gather(filled(3, 5), places([4, 0, 1, 1, 3, 2], 3, 2), 1, 1)],
    ['slices', () => tf.gather(filled(2, 3, 4), places([2, 0, 1, 1, 0, 2], 2, 3), 1, 1)],
    ['past another axis', () => tf.gather(filled(2, 3, 4, 2), places([3, 1, 0, 0], 2, 2), 2, 1)],
    ['two batch axes', () => tf.gather(filled(2, 2, 3), places([2, 1, 0, 0], 2, 2, 1), -1, 2)],
    ['long rows without a batch', () => tf.gather(filled(6, 37), places([5, 0, 0, 3, 2, 1, 4], 7))],
    ['numbers by a table of places', () => tf.gather(filled(5), places([4, 0, 1, 1, 3, 2], 3, 2))],
    ['columns', () => tf.gather(filled(3, 4, 9), places([3, 0, 3], 3), 1)],
    ['integers', () => tf.gather(tf.cast(filled(4, 9), 'int32'), places([3, 3, 0], 3))],
    ['truths', () => tf.gather(tf.greater(filled(4), 1), places([3, 0], 2))],
    ['nothing', () => tf.gather(filled(4, 3), places([], 0))],
  ])('%s', async (_name, call) => {
    const { cpu, other } = await onBothBackends(() => [call()]);
    expect(other).toEqual(cpu);
  });

  test.each([4, -1])('refuses place %i of 4 rather than reading outside of its tensor', (place) => {
    tf.tidy(() => {
      expect(() => tf.gather(filled(4, 3), places([0, place], 2))).toThrow(
        new RegExp(`\\[0, 4\\), got ${place}`),
      );
    });
  });
});

describe('products with a sparse left operand', () => {
  /** Every number of which `share` differ from 0, some of them -0; normally distributed elsewhere. */
  const sparse = (share: number, ...shape: number[]): Tensor => {
    const chosen = tf.less(uniform(fold(rootKey(41), 'places'), shape), share);
    return tf.where(chosen, normal(fold(rootKey(41), 'values'), shape), tf.neg(tf.zeros(shape)));
  };
  const right = (...shape: number[]): Tensor => normal(fold(rootKey(43), 'right'), shape);
  /** In a batch of two the product is the dense one. */
  const dense = (a: Tensor, b: Tensor, transposed: boolean): Tensor =>
    tf.slice(tf.matMul(tf.stack([a, a]), tf.stack([b, b]), transposed), 0, 1);

  test.each<[share: number, a: [number, number], columns: number, transposed: boolean]>([
    [0.1, [100, 57], 40, false],
    [0.2, [100, 57], 32, true],
    [0.02, [41, 130], 67, false],
    [0, [64, 64], 33, true],
  ])(
    '%s of %j, %i columns, transposed %s: the same numbers to the last bit',
    (share, a, columns, transposed) => {
      tf.tidy(() => {
        const [left, b] = [sparse(share, ...a), right(a[transposed ? 0 : 1], columns)];
        const bits = (x: Tensor): number[] => [...new Int32Array(x.dataSync<'float32'>().slice().buffer)];
        expect(bits(tf.matMul(left, b, transposed))).toEqual(bits(dense(left, b, transposed)));
      });
    },
  );

  test.each([Number.NaN, Infinity])('a zero times %s is NaN', (value) => {
    tf.tidy(() => {
      const b = tf.where(tf.less(tf.reshape(tf.range(0, 64 * 40), [64, 40]), 1), value, right(64, 40));
      const product = tf.matMul(tf.zeros([70, 64]), b).dataSync();
      expect([product[0], product[1], product[40]]).toEqual([Number.NaN, 0, Number.NaN]);
    });
  });
});

test.each<[n: number, k: number, m: number]>([
  [4, 4, 8],
  [7, 5, 15],
  [50, 2050, 128],
  [130, 301, 50],
])('products of %i x %i and %i columns: the same bits however the operands lie', (n, k, m) => {
  tf.tidy(() => {
    const [a, b] = [normal(fold(key, 'left'), [n, k]), normal(fold(key, 'right'), [k, m])];
    const bits = (product: Tensor): number[] => [
      ...new Int32Array(product.dataSync<'float32'>().slice().buffer),
    ];
    const plain = bits(tf.matMul(a, b));
    const [left, right] = [tf.transpose(a), tf.transpose(b)];
    expect(bits(tf.matMul(left, b, true))).toEqual(plain);
    expect(bits(tf.matMul(a, right, false, true))).toEqual(plain);
    expect(bits(tf.matMul(left, right, true, true))).toEqual(plain);
  });
});

describe('memory', () => {
  test('no call leaves tensors or data behind', () => {
    const step = (): void => {
      tf.tidy(() => {
        const [x, y] = [tf.ones([3, 40, 33]), tf.ones([3, 36, 33])];
        tf.grads((a: Tensor, b: Tensor) => tf.sum(tf.matMul(a, b, false, true)))([x, y]);
        tf.matMul(tf.ones([2, 1, 3, 4]), tf.ones([1, 5, 4, 2]));
        tf.matMul(tf.ones([2, 0]), tf.ones([0, 2]));
        expect(() => tf.matMul(x, x)).toThrow();
        tf.grad((v) => tf.sum(tf.gather(v, tf.tensor1d([1, 1], 'int32'))))(tf.ones([3, 2]));
      });
    };
    const counts = (): number[] => [tf.memory().numTensors, tf.engine().backend.numDataIds()];
    step();
    const [tensors, data] = counts();
    for (let i = 0; i < 5; i++) step();
    expect(counts()).toEqual([tensors, data]);
  });

  test('registering again changes nothing', () => {
    const kernel = tf.getKernel('BatchMatMul', 'wasm');
    registerWasmKernels();
    expect(tf.getKernel('BatchMatMul', 'wasm')).toBe(kernel);
  });
});
