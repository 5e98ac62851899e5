import type { I32, V128 } from '../assembler/expression.ts';
import { f32x4, i32, v128 } from '../assembler/expression.ts';
import type { FunctionBuilder } from '../assembler/module.ts';
import { exponentialOfNegative } from './exponential.ts';
import { acrossLanes, rowsOf } from './rows.ts';

/**
 * softmax(scale x) of each row of [rows, columns] at `from`, columns at least 4, to `to`; the scale is the positive number at
 * `scale`.
 *
 * Weights below 2^-63 of the row's largest are 0. They are lost in any float32 sum, and their products would be subnormal
 * numbers, with which processors calculate about a hundred times slower: a cold softmax is full of them.
 */
export function writeSoftmax(f: FunctionBuilder, ...parameters: I32[]): void {
  const [from, to, rows, columns, scale] = parameters as [I32, I32, I32, I32, I32];
  const local = (value: I32): I32 => f.let(value).get;
  const keep = (value: V128): V128 => f.let(value).get;
  const exponential = exponentialOfNegative(f);
  const { rowBytes, along } = rowsOf(f, columns);
  const [one, factor] = [keep(f32x4.all(1)), keep(v128.loadSplat(scale))];
  f.loop(i32.mul(rows, rowBytes), rowBytes, (row) => {
    const source = local(i32.add(from, row));
    const target = local(i32.add(to, row));
    const largest = f.let(v128.load(source));
    along((offset) => f.set(largest, f32x4.pmax(largest.get, v128.load(i32.add(source, offset)))));
    const top = acrossLanes(f, largest.get, f32x4.pmax);
    const sum = f.let(f32x4.all(0));
    along((offset, fresh) => {
      const below = f32x4.sub(v128.load(i32.add(source, offset)), top);
      const weight = keep(exponential(f32x4.mul(below, factor)));
      f.run(v128.store(i32.add(target, offset), weight));
      f.set(sum, f32x4.add(sum.get, fresh(weight)));
    });
    const share = keep(f32x4.div(one, acrossLanes(f, sum.get, f32x4.add)));
    f.loop(i32.and(rowBytes, i32.const(-16)), 16, (offset) => {
      const address = local(i32.add(target, offset));
      f.run(v128.store(address, f32x4.mul(v128.load(address), share)));
    });
    // In place, so what is left of the row goes number by number.
    const tail = local(i32.add(target, i32.and(rowBytes, i32.const(-16))));
    f.loop(i32.and(rowBytes, i32.const(12)), 4, (offset) => {
      const address = local(i32.add(tail, offset));
      f.run(v128.storeLane(address, f32x4.mul(v128.loadSplat(address), share)));
    });
  });
}

/**
 * The gradient for x of y = softmax(scale x): scale y (dy - sum dy y), for each row of [rows, columns], columns at least 4.
 */
export function writeSoftmaxGradient(f: FunctionBuilder, ...parameters: I32[]): void {
  const [dy, y, to, rows, columns, scale] = parameters as [I32, I32, I32, I32, I32, I32];
  const { rowBytes, along } = rowsOf(f, columns);
  const factor = f.let(v128.loadSplat(scale)).get;
  f.loop(i32.mul(rows, rowBytes), rowBytes, (row) => {
    const [slopes, weights, target] = [dy, y, to].map((base) => f.let(i32.add(base, row)).get) as [
      I32,
      I32,
      I32,
    ];
    const sum = f.let(f32x4.all(0));
    along((offset, fresh) => {
      const product = f32x4.mul(v128.load(i32.add(slopes, offset)), v128.load(i32.add(weights, offset)));
      f.set(sum, f32x4.add(sum.get, fresh(product)));
    });
    const mean = acrossLanes(f, sum.get, f32x4.add);
    along((offset) => {
      const centred = f32x4.sub(v128.load(i32.add(slopes, offset)), mean);
      const weight = f32x4.mul(v128.load(i32.add(weights, offset)), factor);
      f.run(v128.store(i32.add(target, offset), f32x4.mul(centred, weight)));
    });
  });
}
