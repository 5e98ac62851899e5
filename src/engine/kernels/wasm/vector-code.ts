/** Sums over the rows of a matrix, their products with a vector, and the place of the largest number in each. */
import { type I32, f32x4, i32, v128, type V128, i32x4 } from '../../assembler/expression.ts';
import type { FunctionBuilder } from '../../assembler/module.ts';
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

/**
 * The largest number of each row of [rows, columns] at `from`, columns at least 4, to `to`; NaN where there is one in the row.
 */
export function writeMaxOfRows(f: FunctionBuilder, ...parameters: I32[]): void {
  const [from, to, rows, columns] = parameters as [I32, I32, I32, I32];
  const { rowBytes, along } = rowsOf(f, columns);
  const line = f.let(from);
  f.loop(i32.mul(rows, i32.const(4)), 4, (row) => {
    const largest = f.let(v128.load(line.get));
    // 1 bits where a number was NaN, which is one itself.
    const strange = f.let(f32x4.ne(largest.get, largest.get));
    along((offset) => {
      const numbers = f.let(v128.load(i32.add(line.get, offset))).get;
      f.set(strange, v128.or(strange.get, f32x4.ne(numbers, numbers)));
      f.set(largest, f32x4.pmax(largest.get, numbers));
    });
    const top = f.let(acrossLanes(f, largest.get, f32x4.pmax)).get;
    const any = acrossLanes(f, strange.get, v128.or);
    f.run(v128.storeLane(i32.add(to, row), v128.or(top, any)));
    f.set(line, i32.add(line.get, rowBytes));
  });
}

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
