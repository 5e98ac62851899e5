/** Sums over the rows and products of the rows of a matrix. */
import type { I32 } from '../assembler/expression.ts';
import { f32x4, i32, v128 } from '../assembler/expression.ts';
import type { FunctionBuilder } from '../assembler/module.ts';
import { acrossLanes, rowsOf } from './rows.ts';

/** Columns that are summed at a time: one line of the processor's cache. */
export const COLUMNS_AT_A_TIME = 16;

/**
 * Sums [rows, columns] at `from` over its rows to `to`, columns at least 16; weighted by the numbers at `weights`, one a row,
 * or not at all. The last columns overlap those before them where `columns` is no multiple of 16.
 */
export function writeSumOfRows(weighted: boolean) {
  return (f: FunctionBuilder, ...parameters: I32[]): void => {
    const [from, to, rows, columns, weights] = parameters as [I32, I32, I32, I32, I32];
    const local = (value: I32): I32 => f.let(value).get;
    const rowBytes = local(i32.mul(columns, i32.const(4)));
    const last = local(i32.sub(rowBytes, i32.const(4 * COLUMNS_AT_A_TIME)));
    f.loop(rowBytes, 4 * COLUMNS_AT_A_TIME, (next) => {
      const offset = local(i32.minU(next, last));
      const line = f.let(i32.add(from, offset));
      const sums = [0, 16, 32, 48].map((lane) => ({ lane, sum: f.let(f32x4.all(0)) }));
      f.loop(i32.mul(rows, i32.const(4)), 4, (row) => {
        const weight = weighted ? f.let(v128.loadSplat(i32.add(weights, row))).get : undefined;
        for (const { lane, sum } of sums) {
          const numbers = v128.load(line.get, lane);
          f.set(sum, f32x4.add(sum.get, weight === undefined ? numbers : f32x4.mul(numbers, weight)));
        }
        f.set(line, i32.add(line.get, rowBytes));
      });
      for (const { lane, sum } of sums) f.run(v128.store(i32.add(to, offset), sum.get, lane));
    });
  };
}

/** The sums of the rows of [rows, columns] at `from`, to `to`; columns at least 4. */
export function writeSumAlongRows(f: FunctionBuilder, ...parameters: I32[]): void {
  const [from, to, rows, columns] = parameters as [I32, I32, I32, I32];
  const { rowBytes, along } = rowsOf(f, columns);
  const line = f.let(from);
  f.loop(i32.mul(rows, i32.const(4)), 4, (row) => {
    const sum = f.let(f32x4.all(0));
    along((offset, fresh) => f.set(sum, f32x4.add(sum.get, fresh(v128.load(i32.add(line.get, offset))))));
    f.run(v128.storeLane(i32.add(to, row), acrossLanes(f, sum.get, f32x4.add)));
    f.set(line, i32.add(line.get, rowBytes));
  });
}

/** The products of the rows of [rows, columns] at `from` with the vector at `weights`, to `to`; columns at least 4. */
export function writeProductOfRows(f: FunctionBuilder, ...parameters: I32[]): void {
  const [from, to, rows, columns, weights] = parameters as [I32, I32, I32, I32, I32];
  const { rowBytes, along } = rowsOf(f, columns);
  const line = f.let(from);
  f.loop(i32.mul(rows, i32.const(4)), 4, (row) => {
    const sum = f.let(f32x4.all(0));
    along((offset, fresh) => {
      const product = f32x4.mul(v128.load(i32.add(line.get, offset)), v128.load(i32.add(weights, offset)));
      f.set(sum, f32x4.add(sum.get, fresh(product)));
    });
    f.run(v128.storeLane(i32.add(to, row), acrossLanes(f, sum.get, f32x4.add)));
    f.set(line, i32.add(line.get, rowBytes));
  });
}
