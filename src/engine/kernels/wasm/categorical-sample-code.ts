import type { I32, V128 } from '../../assembler/expression.ts';
import { f32x4, i32, i32x4, v128 } from '../../assembler/expression.ts';
import type { FunctionBuilder } from '../../assembler/module.ts';

/** Rows that are done at a time, one a lane: along a row every sum waits for the one before. */
const ROWS = 4;

/**
 * Of each row of [rows, columns] at `p`, how many of its cumulative sums are at most the row's number at `uniforms` times the last of
 * them, as an integer to `to`; at least four rows. The last four overlap those before them.
 */
export function writeCategoricalSample(f: FunctionBuilder, ...parameters: I32[]): void {
  const [p, uniforms, to, rows, columns] = parameters as [I32, I32, I32, I32, I32];
  const local = (value: I32): I32 => f.let(value).get;
  const rowBytes = local(i32.mul(columns, i32.const(4)));
  const last = local(i32.sub(rows, i32.const(ROWS)));
  f.loop(rows, ROWS, (next) => {
    const row = local(i32.minU(next, last));
    const place = local(i32.mul(row, i32.const(4)));
    const starts = [local(i32.add(p, i32.mul(row, rowBytes)))];
    while (starts.length < ROWS) starts.push(local(i32.add(starts.at(-1)!, rowBytes)));
    const sum = f.let(f32x4.all(0));
    const addColumn = (offset: I32): void => {
      const column = starts.reduce<V128>(
        (lanes, start, lane) => v128.loadLane(i32.add(start, offset), lanes, lane),
        f32x4.all(0),
      );
      f.set(sum, f32x4.add(sum.get, column));
    };
    f.loop(rowBytes, 4, addColumn);
    const level = f.let(f32x4.mul(v128.load(i32.add(uniforms, place)), sum.get)).get;
    const below = f.let(i32x4.all(0));
    f.set(sum, f32x4.all(0));
    f.loop(rowBytes, 4, (offset) => {
      addColumn(offset);
      // A true lane is -1.
      f.set(below, i32x4.sub(below.get, f32x4.le(sum.get, level)));
    });
    f.run(v128.store(i32.add(to, place), below.get));
  });
}
