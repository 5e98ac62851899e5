import type { I32 } from '../assembler/expression.ts';
import { f32x4, i32, v128 } from '../assembler/expression.ts';
import type { FunctionBuilder } from '../assembler/module.ts';

/** Columns that are summed at a time: one line of the processor's cache. */
export const COLUMNS_AT_A_TIME = 16;

/**
 * Sums [rows, columns] at `from` over its rows to `to`, columns at least 16. The last columns overlap those before them where
 * `columns` is no multiple of 16.
 */
export function writeSumOfRows(f: FunctionBuilder, from: I32, to: I32, rows: I32, columns: I32): void {
  const local = (value: I32): I32 => f.let(value).get;
  const rowBytes = local(i32.mul(columns, i32.const(4)));
  const last = local(i32.sub(rowBytes, i32.const(4 * COLUMNS_AT_A_TIME)));
  f.loop(rowBytes, 4 * COLUMNS_AT_A_TIME, (next) => {
    const offset = local(i32.minU(next, last));
    const line = f.let(i32.add(from, offset));
    const sums = [0, 16, 32, 48].map((lane) => ({ lane, sum: f.let(f32x4.all(0)) }));
    f.loop(rows, 1, () => {
      for (const { lane, sum } of sums) f.set(sum, f32x4.add(sum.get, v128.load(line.get, lane)));
      f.set(line, i32.add(line.get, rowBytes));
    });
    for (const { lane, sum } of sums) f.run(v128.store(i32.add(to, offset), sum.get, lane));
  });
}
