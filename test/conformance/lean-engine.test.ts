/** Our engine in the place of tfjs-core's: the same gradients to the bit, of first and second order, and nothing left behind. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { onOwnTape } from '../../src/engine/core/gradient-flow.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { normal } from '../../src/engine/random/noise.ts';

const key = rootKey(83);
const matrix = (name: string): tf.Tensor => normal(fold(key, name), [5, 5]);
const alive = (): number => tf.memory().numTensors;
const bits = (x: tf.Tensor): number[] => [...new Int32Array(x.dataSync<'float32'>().slice().buffer)];

/** Runs `f` in tfjs-core's own engine, which takes over while its profiler looks on. */
async function inLibrary<T>(f: () => T): Promise<T> {
  let result: T | undefined;
  await tf.profile(() => {
    result = f();
    return tf.scalar(0);
  });
  return result!;
}

type Graph = (x: tf.Tensor, c: tf.Tensor) => tf.Scalar;

const graphs: Readonly<Record<string, Graph>> = {
  'an x that is used thrice': (x, c) => tf.sum(tf.add(tf.mul(x, tf.matMul(x, c)), tf.tanh(x))),
  'several outputs, of which one is not used': (x, c) => {
    const [left] = tf.split(tf.matMul(x, c), [2, 3], 1) as [tf.Tensor, tf.Tensor];
    return tf.sum(tf.square(left));
  },
  'a list of inputs': (x, c) => tf.sum(tf.exp(tf.concat([x, c, x], 0))),
  'a path that leads nowhere, and one from a constant': (x, c) => {
    tf.exp(tf.mul(x, 3));
    return tf.mean(tf.div(tf.softmax(x), tf.add(tf.square(tf.mul(c, c)), 1)));
  },
  'an operation with a gradient of its own': (x, c) => {
    const own = tf.customGrad((...args) => {
      const [a, b, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
      save([a, b]);
      return {
        value: tf.mul(a, b),
        gradFunc: (dy: tf.Tensor, [sa, sb]: tf.Tensor[]) => [tf.mul(dy, sb!), tf.mul(dy, sa!)],
      };
    });
    return tf.sum(own(tf.square(x), c));
  },
};

describe.each(Object.entries(graphs))('%s', (_name, graph) => {
  test('has the gradient that the library has, and leaves nothing', async () => {
    const [x, c] = [matrix('x'), matrix('c')];
    const gradient = (): tf.Tensor => tf.tidy(() => tf.grad((t) => graph(t, c))(x));
    const before = alive();
    const ours = gradient();
    expect(alive()).toBe(before + 1);
    expect(bits(ours)).toEqual(bits(await inLibrary(gradient)));
  });

  test('has its second derivative', async () => {
    const [x, c, v] = [matrix('x'), matrix('c'), matrix('v')];
    const curvature = (): tf.Tensor =>
      tf.tidy(() => {
        const slope = tf.grad((t) => graph(t, c));
        return tf.grad((t) => tf.sum(tf.mul(slope(t), v)))(x);
      });
    const before = alive();
    const ours = curvature();
    expect(alive()).toBe(before + 1);
    expect(bits(ours)).toEqual(bits(await inLibrary(curvature)));
  });
});

test('a gradient on a tape of its own inside of another leaves that one as it is', () => {
  const x = tf.scalar(3);
  const slope = tf.grad((t) => {
    const cube = tf.mul(tf.square(t), t);
    const inner = onOwnTape(() => tf.grad((s) => tf.square(s))(t));
    return tf.mul(cube, inner);
  })(x);
  // d/dt (t^3 c) with c = 2 t = 6 held.
  expect(slope.dataSync()[0]).toBe(3 * 9 * 6);
});

test('what depends on no x is neither recorded nor kept', () => {
  const [x, c] = [matrix('x'), matrix('c')];
  const made: number[] = [];
  tf.grad((t) => {
    for (const operand of [c, t]) {
      const before = alive();
      tf.square(operand);
      made.push(alive() - before);
    }
    return tf.sum(tf.square(t));
  })(x);
  expect(made).toEqual([1, 2]);
});

describe('refuses', () => {
  test('a y that depends on no x', () => {
    expect(() => tf.grad(() => tf.scalar(1))(tf.scalar(2))).toThrow(/depends on the xs/);
  });

  test('an operation without a gradient, by its name', () => {
    const slope = tf.grad((x) => tf.sum(tf.cumprod(x)));
    expect(() => slope(tf.tensor1d([1, 2]))).toThrow(/expected a gradient of Cumprod/);
  });

  test('a gradient of another shape', () => {
    const wrong = tf.customGrad(() => ({ value: tf.scalar(0), gradFunc: () => tf.zeros([3]) }));
    expect(() => tf.grad((x) => wrong(x))(tf.tensor1d([1, 2]))).toThrow(/float32 \[2\].*\[3\]/);
  });
});

describe('a scope', () => {
  test('that fails disposes of what it made', () => {
    const before = alive();
    const failing = (): tf.Tensor =>
      tf.tidy(() => {
        tf.square(tf.scalar(2));
        throw new Error('no');
      });
    expect(failing).toThrow('no');
    expect(alive()).toBe(before);
  });

  test('keeps what it returns, in a list as alone, for the one around it', () => {
    const before = alive();
    tf.tidy(() => {
      const one = tf.tidy(() => tf.square(tf.scalar(2)));
      const list = tf.tidy(() => [tf.square(one), tf.square(one)]);
      expect(alive()).toBe(before + 3);
      expect(list.map((x) => x.dataSync()[0])).toEqual([16, 16]);
    });
    expect(alive()).toBe(before);
  });
});
