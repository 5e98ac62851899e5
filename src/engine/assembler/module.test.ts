import { describe, expect, test } from 'vitest';
import { f32x4, i32, i32x4, unsigned, v128 } from './expression.ts';
import type { I32 } from './expression.ts';
import type { FunctionBuilder } from './module.ts';
import { ModuleBuilder } from './module.ts';

/** Runs a function of the given integers on a page of memory that starts with `numbers`; returns that memory. */
function run(
  write: (f: FunctionBuilder, ...args: I32[]) => void,
  args: number[],
  numbers: number[] = [],
): Float32Array {
  const source = new ModuleBuilder();
  source.define('other', 0, () => undefined);
  source.define('tested', args.length, write);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const view = new Float32Array(memory.buffer);
  view.set(numbers);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(source.encode()), { host: { memory } });
  instance.exports['tested']!(...args);
  return view;
}

const integers = (view: Float32Array): Int32Array => new Int32Array(view.buffer);

test.each([
  [0, [0]],
  [127, [127]],
  [128, [0x80, 1]],
  [624_485, [0xe5, 0x8e, 0x26]],
])('unsigned LEB128 of %i', (value, bytes) => {
  expect(unsigned(value)).toEqual(bytes);
});

test.each([0, 1, -1, 63, 64, -64, -65, 8191, 8192, 2 ** 31 - 1, -(2 ** 31), 0x9e3779b9])(
  'the constant %i arrives',
  (value) => {
    const view = run((f) => f.run(v128.store(i32.const(0), i32x4.splat(i32.const(value)))), []);
    expect(integers(view)[3]).toBe(value | 0);
  },
);

describe('loop', () => {
  /** Writes how often the body ran, and the sum of its offsets. */
  const count = (end: number, step: number): number[] => [
    ...integers(
      run(
        (f, limit) => {
          const [runs, sum] = [f.let(i32.const(0)), f.let(i32.const(0))];
          f.loop(limit, step, (offset) => {
            f.set(runs, i32.add(runs.get, i32.const(1)));
            f.set(sum, i32.add(sum.get, offset));
          });
          f.run(v128.store(i32.const(0), i32x4.splat(runs.get)));
          f.run(v128.store(i32.const(4), i32x4.splat(sum.get)));
        },
        [end],
      ),
    ).subarray(0, 2),
  ];

  test('runs for every offset below its end', () => {
    expect(count(16, 4)).toEqual([4, 24]);
    expect(count(17, 4)).toEqual([5, 40]);
  });

  test('does not run for an end of 0', () => {
    expect(count(0, 4)).toEqual([0, 0]);
  });

  test('starts again inside another', () => {
    const view = run((f) => {
      const runs = f.let(i32.const(0));
      f.loop(i32.const(3), 1, () =>
        f.loop(i32.const(5), 1, () => f.set(runs, i32.add(runs.get, i32.const(1)))),
      );
      f.run(v128.store(i32.const(0), i32x4.splat(runs.get)));
    }, []);
    expect(integers(view)[0]).toBe(15);
  });
});

describe('instructions', () => {
  test.each([
    ['add', [11, 22, 33, 44]],
    ['sub', [-9, -18, -27, -36]],
    ['mul', [10, 40, 90, 160]],
    ['div', [0.1, 0.1, 0.1, 0.1].map(Math.fround)],
    ['pmax', [10, 20, 30, 40]],
  ] as const)('f32x4.%s', (name, expected) => {
    const view = run(
      (f, a, b) => f.run(v128.store(i32.const(64), f32x4[name](v128.load(a), v128.load(b)))),
      [0, 16],
      [1, 2, 3, 4, 10, 20, 30, 40],
    );
    expect([...view.subarray(16, 20)]).toEqual(expected);
  });

  test.each([
    ['abs', [1, 4, 9, 16]],
    ['neg', [-1, 4, -9, 16]],
  ] as const)('f32x4.%s', (name, expected) => {
    const view = run(
      (f) => f.run(v128.store(i32.const(64), f32x4[name](v128.load(i32.const(0))))),
      [],
      [1, -4, 9, -16],
    );
    expect([...view.subarray(16, 20)]).toEqual(expected);
  });

  test('a comparison selects lanes', () => {
    const view = run(
      (f) => {
        const [x, y] = [v128.load(i32.const(0)), v128.load(i32.const(16))];
        f.run(v128.store(i32.const(64), v128.bitselect(x, y, f32x4.lt(x, y))));
        f.run(v128.store(i32.const(80), v128.andnot(x, f32x4.lt(x, y))));
      },
      [],
      [1, 5, Number.NaN, 7, 2, 4, 3, 7],
    );
    expect([...view.subarray(16, 24)]).toEqual([1, 4, 3, 7, 0, 5, Number.NaN, 7]);
  });

  test('shuffle takes lanes of both, shifts keep the sign or not', () => {
    const view = run((f) => {
      f.run(
        v128.store(
          i32.const(64),
          v128.shuffle(i32x4.const(0, 1, 2, 3), i32x4.const(4, 5, 6, 7), [7, 0, 4, 3]),
        ),
      );
      f.run(v128.store(i32.const(80), i32x4.shrS(i32x4.all(-8), 1)));
      f.run(v128.store(i32.const(96), i32x4.shrU(i32x4.all(-8), 28)));
    }, []);
    expect([...integers(view).subarray(16, 28)]).toEqual([7, 0, 4, 3, -4, -4, -4, -4, 15, 15, 15, 15]);
  });

  test('minU compares unsigned', () => {
    const view = run(
      (f) => f.run(v128.store(i32.const(0), i32x4.splat(i32.minU(i32.const(-1), i32.const(5))))),
      [],
    );
    expect(integers(view)[0]).toBe(5);
  });
});
