import type { I32, V128 } from '../assembler/expression.ts';
import { f32x4, i32, v128 } from '../assembler/expression.ts';
import type { FunctionBuilder, Variable } from '../assembler/module.ts';
import { transposeBlock } from './transpose-code.ts';

/** Rows and columns of the product that are held in registers. */
const ROWS = 4;
export const PANEL = 8;

/** Smallest sides of a product [n, k] x [k, m] that the functions here do. */
export const smallest = { n: ROWS, k: 4, m: PANEL } as const;

/**
 * The product of A [n, k] and B [k, m] at `to` [n, m]. A lies at `a` with `aRow` bytes between rows and `aStep` between the
 * elements of a row, so it may be a transpose; B at `b` row by row, or, in the function for a transposed one, column by column.
 * `panel` has room for PANEL columns of B, which are copied there, side by side, before they are used n / 4 times.
 * The last rows and columns overlap those before them where n and m are no multiples of 4 and 8.
 */
export function writeProduct(transposedB: boolean) {
  return (f: FunctionBuilder, ...parameters: I32[]): void => {
    const [a, b, to, panel, n, k, m, aRow, aStep] = parameters as [
      I32,
      I32,
      I32,
      I32,
      I32,
      I32,
      I32,
      I32,
      I32,
    ];
    const local = (value: I32): I32 => f.let(value).get;
    const four = (x: I32): I32 => i32.mul(x, i32.const(4));
    const outRow = local(four(m));
    const panelEnd = local(i32.mul(k, i32.const(4 * PANEL)));
    const lastRow = local(i32.sub(n, i32.const(ROWS)));
    const lastColumn = local(i32.sub(m, i32.const(PANEL)));
    f.loop(m, PANEL, (j) => {
      const column = local(i32.minU(j, lastColumn));
      if (transposedB) packTransposed(f, local(i32.add(b, i32.mul(column, four(k)))), panel, k);
      else pack(f, local(i32.add(b, four(column))), panel, panelEnd, outRow);
      f.loop(n, ROWS, (i) => {
        const row = local(i32.minU(i, lastRow));
        const left = f.let(i32.add(a, i32.mul(row, aRow)));
        const lines = [
          left.get,
          ...[1, 2, 3].map((line) => i32.add(left.get, i32.mul(aRow, i32.const(line)))),
        ];
        const pointers = lines.map((line) => f.let(line));
        const sums = pointers.map(() => [f.let(f32x4.all(0)), f.let(f32x4.all(0))] as const);
        f.loop(panelEnd, 4 * PANEL, (offset) => {
          const source = local(i32.add(panel, offset));
          const right = [f.let(v128.load(source)).get, f.let(v128.load(source, 16)).get] as const;
          for (const [line, pointer] of pointers.entries()) {
            const factor = f.let(v128.loadSplat(pointer.get)).get;
            for (const half of [0, 1] as const) accumulate(f, sums[line]![half], factor, right[half]);
            f.set(pointer, i32.add(pointer.get, aStep));
          }
        });
        const target = f.let(i32.add(i32.add(to, i32.mul(row, outRow)), four(column)));
        for (const [low, high] of sums) {
          f.run(v128.store(target.get, low.get));
          f.run(v128.store(target.get, high.get, 16));
          f.set(target, i32.add(target.get, outRow));
        }
      });
    });
  };
}

function accumulate(f: FunctionBuilder, sum: Variable<'v128'>, x: V128, y: V128): void {
  f.set(sum, f32x4.add(sum.get, f32x4.mul(x, y)));
}

/** PANEL neighbouring columns of a matrix with `rowBytes` a row. */
function pack(f: FunctionBuilder, from: I32, panel: I32, panelEnd: I32, rowBytes: I32): void {
  const source = f.let(from);
  f.loop(panelEnd, 4 * PANEL, (offset) => {
    const target = f.let(i32.add(panel, offset)).get;
    f.run(v128.store(target, v128.load(source.get)));
    f.run(v128.store(target, v128.load(source.get, 16), 16));
    f.set(source, i32.add(source.get, rowBytes));
  });
}

/** PANEL neighbouring rows of a matrix with `k` columns, as columns. */
function packTransposed(f: FunctionBuilder, from: I32, panel: I32, k: I32): void {
  const last = f.let(i32.sub(k, i32.const(4))).get;
  const rowBytes = f.let(i32.mul(k, i32.const(4))).get;
  f.loop(k, 4, (next) => {
    const column = f.let(i32.minU(next, last)).get;
    for (const half of [0, 4]) {
      const source = f.let(
        i32.add(i32.add(from, i32.mul(rowBytes, i32.const(half))), i32.mul(column, i32.const(4))),
      ).get;
      const target = f.let(
        i32.add(i32.add(panel, i32.const(4 * half)), i32.mul(column, i32.const(4 * PANEL))),
      ).get;
      transposeBlock(f, source, rowBytes, target, i32.const(4 * PANEL));
    }
  });
}
