import type { I32, V128 } from '../../assembler/expression.ts';
import { f32x4, i32, v128 } from '../../assembler/expression.ts';
import type { FunctionBuilder, Variable } from '../../assembler/module.ts';
import { transposeBlock } from './transpose-code.ts';

/** Rows and columns of the product that are held in registers. */
const ROWS = 4;
export const PANEL = 8;

/** Smallest sides of a product [n, k] x [k, m] that the functions here do. */
export const smallest = { n: ROWS, k: 4, m: PANEL } as const;

/** Numbers of room for each term of the sums. @param transposedRows rows of A where it lies column by column, else 0 */
export function roomOfProduct(transposedRows: number): number {
  return PANEL + ROWS * Math.ceil(transposedRows / ROWS);
}

/** Terms of the sums that are added before the loop comes round. */
const UNROLLED = 4;

/**
 * The product of A [n, k] and B [k, m] at `to` [n, m]. A lies at `a` row by row, or, in the function for a transposed one, column
 * by column; B at `b` likewise. `panel` has room (`roomOfProduct`) for PANEL columns of B, which are copied there, side by side, before they are
 * used n / 4 times, and then for all of a transposed A in strips of ROWS, which are used m / 8 times: read where it lies, each term would
 * be a line of the cache away. The last rows and columns overlap those before them where n and m are no multiples of 4 and 8. However A and B
 * lie, every number of the product is the sum of its terms one by one, in their order.
 */
export function writeProduct({ transposedA, transposedB }: Record<'transposedA' | 'transposedB', boolean>) {
  return (f: FunctionBuilder, ...parameters: I32[]): void => {
    const [a, b, to, panel, n, k, m] = parameters as [I32, I32, I32, I32, I32, I32, I32];
    const local = (value: I32): I32 => f.let(value).get;
    const four = (x: I32): I32 => i32.mul(x, i32.const(4));
    const outRow = local(four(m));
    const panelEnd = local(i32.mul(k, i32.const(4 * PANEL)));
    const whole = local(i32.and(panelEnd, i32.const(-4 * PANEL * UNROLLED)));
    const lastRow = local(i32.sub(n, i32.const(ROWS)));
    const lastColumn = local(i32.sub(m, i32.const(PANEL)));
    const aLine = local(four(transposedA ? n : k));
    const strips = local(i32.add(panel, panelEnd));
    if (transposedA) {
      const stripBytes = local(i32.mul(k, i32.const(4 * ROWS)));
      packStrips(f, { from: a, to: strips, columns: n, rowBytes: aLine, stripBytes });
    }
    f.loop(m, PANEL, (j) => {
      const column = local(i32.minU(j, lastColumn));
      if (transposedB) packTransposed(f, local(i32.add(b, i32.mul(column, four(k)))), panel, k);
      else pack(f, local(i32.add(b, four(column))), panel, panelEnd, outRow);
      f.loop(n, ROWS, (i) => {
        const row = local(i32.minU(i, lastRow));
        const left = transposedA
          ? stripReader(f, i32.add(strips, i32.mul(i, four(k))))
          : rowReader(f, i32.add(a, i32.mul(row, aLine)), aLine);
        const sums = Array.from({ length: ROWS }, () => [f.let(f32x4.all(0)), f.let(f32x4.all(0))] as const);
        const addTerm = (source: I32, term: number): void => {
          const right = [0, 16].map((half) => f.let(v128.load(source, 4 * PANEL * term + half)).get);
          for (const [line, sum] of sums.entries()) {
            const factor = f.let(left.read(line, term)).get;
            for (const half of [0, 1] as const) accumulate(f, sum[half], factor, right[half]!);
          }
        };
        f.loop(whole, 4 * PANEL * UNROLLED, (offset) => {
          const source = local(i32.add(panel, offset));
          for (let term = 0; term < UNROLLED; term++) addTerm(source, term);
          left.afterTerms(UNROLLED);
        });
        const rest = local(i32.add(panel, whole));
        f.loop(i32.sub(panelEnd, whole), 4 * PANEL, (offset) => {
          addTerm(local(i32.add(rest, offset)), 0);
          left.afterTerms(1);
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

/** Reads ROWS rows of A term by term, each number in every lane. */
interface Reader {
  read(line: number, term: number): V128;
  afterTerms(count: number): void;
}

/** Rows that lie `line` bytes apart. */
function rowReader(f: FunctionBuilder, first: I32, line: I32): Reader {
  const pointers = [f.let(first)];
  while (pointers.length < ROWS) pointers.push(f.let(i32.add(pointers.at(-1)!.get, line)));
  return {
    read: (row, term) => v128.loadSplat(pointers[row]!.get, 4 * term),
    afterTerms: (count) => {
      for (const pointer of pointers) f.set(pointer, i32.add(pointer.get, i32.const(4 * count)));
    },
  };
}

/** Rows of a strip: their first terms side by side, then their second ones, and so on. */
function stripReader(f: FunctionBuilder, strip: I32): Reader {
  const pointer = f.let(strip);
  return {
    read: (row, term) => v128.loadSplat(pointer.get, 4 * (ROWS * term + row)),
    afterTerms: (count) => f.set(pointer, i32.add(pointer.get, i32.const(4 * ROWS * count))),
  };
}

/** ROWS neighbouring columns of a matrix at a time, each such strip of `stripBytes` in one piece after the one before it. */
function packStrips(
  f: FunctionBuilder,
  {
    from,
    to,
    columns,
    rowBytes,
    stripBytes,
  }: Record<'from' | 'to' | 'columns' | 'rowBytes' | 'stripBytes', I32>,
): void {
  const target = f.let(to);
  const last = f.let(i32.sub(columns, i32.const(ROWS))).get;
  f.loop(columns, ROWS, (next) => {
    const source = f.let(i32.add(from, i32.mul(i32.minU(next, last), i32.const(4))));
    f.loop(stripBytes, 4 * ROWS, () => {
      f.run(v128.store(target.get, v128.load(source.get)));
      f.set(source, i32.add(source.get, rowBytes));
      f.set(target, i32.add(target.get, i32.const(4 * ROWS)));
    });
  });
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
