import type { I32, V128 } from '../assembler/expression.ts';
import { f32x4, i32, i32x4, v128 } from '../assembler/expression.ts';
import type { FunctionBuilder } from '../assembler/module.ts';
import { acrossLanes, rowsOf } from './rows.ts';

/**
 * The place of the largest number in each row of [rows, columns] at `from`, columns at least 4, as an integer to `to`: the first
 * in a tie. NaN is passed over; a row of nothing but NaN and -inf gives 0.
 */
export function writeArgMax(f: FunctionBuilder, ...parameters: I32[]): void {
  const [from, to, rows, columns] = parameters as [I32, I32, I32, I32];
  const keep = (value: V128): V128 => f.let(value).get;
  const { rowBytes, along } = rowsOf(f, columns);
  const [lowest, none] = [keep(f32x4.all(-Infinity)), keep(i32x4.all(2 ** 31 - 1))];
  const lanes = keep(i32x4.const(0, 1, 2, 3));
  const line = f.let(from);
  f.loop(i32.mul(rows, i32.const(4)), 4, (row) => {
    // Of each lane, the largest number so far and its place.
    const largest = f.let(lowest);
    const place = f.let(lanes);
    along((offset) => {
      const numbers = keep(v128.load(i32.add(line.get, offset)));
      const larger = keep(f32x4.lt(largest.get, numbers));
      const places = i32x4.add(i32x4.splat(i32.shrU(offset, 2)), lanes);
      f.set(largest, v128.bitselect(numbers, largest.get, larger));
      f.set(place, v128.bitselect(places, place.get, larger));
    });
    const top = acrossLanes(f, largest.get, f32x4.pmax);
    const candidates = v128.bitselect(place.get, none, f32x4.eq(largest.get, top));
    f.run(v128.storeLane(i32.add(to, row), acrossLanes(f, candidates, i32x4.minS)));
    f.set(line, i32.add(line.get, rowBytes));
  });
}
