import type { I32, V128 } from '../assembler/expression.ts';
import { f32x4, i32, i32x4, v128 } from '../assembler/expression.ts';
import type { FunctionBuilder } from '../assembler/module.ts';
import { acrossLanes } from './across-lanes.ts';

/**
 * Softmax of each row of [rows, columns] at `from`, columns at least 4, written to `to`.
 *
 * Weights below 2^-63 of the row's largest are 0. They are lost in any float32 sum, and their products would be subnormal
 * numbers, with which processors calculate about a hundred times slower: a cold softmax is full of them.
 */
export function writeSoftmax(f: FunctionBuilder, from: I32, to: I32, rows: I32, columns: I32): void {
  const local = (value: I32): I32 => f.let(value).get;
  const keep = (value: V128): V128 => f.let(value).get;
  const exponential = exponentialOfNegative(f);
  const rowBytes = local(i32.mul(columns, i32.const(4)));
  const last = local(i32.sub(rowBytes, i32.const(16)));
  const whole = local(i32.and(rowBytes, i32.const(-16)));
  const rest = local(i32.sub(rowBytes, whole));
  const one = keep(f32x4.all(1));
  // Lanes of a row's last vector that the one before it holds too, where columns is no multiple of 4.
  const repeated = keep(i32x4.ltS(i32x4.const(0, 4, 8, 12), i32x4.splat(i32.sub(i32.const(16), rest))));
  const along = (visit: (offset: I32, isRest: boolean) => void): void => {
    f.loop(whole, 16, (offset) => visit(offset, false));
    f.if(rest, () => visit(last, true));
  };
  f.loop(i32.mul(rows, rowBytes), rowBytes, (row) => {
    const source = local(i32.add(from, row));
    const target = local(i32.add(to, row));
    const largest = f.let(v128.load(source));
    along((offset) => f.set(largest, f32x4.pmax(largest.get, v128.load(i32.add(source, offset)))));
    const top = acrossLanes(f, largest.get, f32x4.pmax);
    const sum = f.let(f32x4.all(0));
    along((offset, isRest) => {
      const weight = keep(exponential(f32x4.sub(v128.load(i32.add(source, offset)), top)));
      f.run(v128.store(i32.add(target, offset), weight));
      f.set(sum, f32x4.add(sum.get, isRest ? v128.andnot(weight, repeated) : weight));
    });
    const scale = keep(f32x4.div(one, acrossLanes(f, sum.get, f32x4.add)));
    along((offset, isRest) => {
      const address = local(i32.add(target, offset));
      const factor = isRest ? v128.bitselect(one, scale, repeated) : scale;
      f.run(v128.store(address, f32x4.mul(v128.load(address), factor)));
    });
  });
}

/** -63 log 2. */
const LOWEST = -43.66827;
/** Added to a small number, rounds it to a whole number n and leaves n + 127, the exponent of 2^n, in the lowest bits. */
const ROUND = 1.5 * 2 ** 23 + 127;

/**
 * e^x for x <= 0, and 0 below -63 log 2: e^x = 2^n e^r with |r| <= log(2) / 2.
 * Source: Moshier, Cephes Math Library (1992), expf.c: its polynomial and its two parts of log 2. Differs from source: how n is
 * rounded.
 */
function exponentialOfNegative(f: FunctionBuilder): (x: V128) => V128 {
  const constant = (value: number): V128 => f.let(f32x4.all(value)).get;
  const keep = (value: V128): V128 => f.let(value).get;
  const { add, sub, mul } = f32x4;
  const [lowest, round, one] = [constant(LOWEST), constant(ROUND), constant(1)];
  const [log2E, log2High, log2Low] = [constant(Math.LOG2E), constant(0.693359375), constant(-2.1219444e-4)];
  const [first, ...others] = [
    1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
  ].map(constant);
  return (exponent) => {
    const x = keep(exponent);
    const bounded = keep(f32x4.pmax(x, lowest));
    const rounded = keep(add(mul(bounded, log2E), round));
    const n = keep(sub(rounded, round));
    const r = keep(sub(sub(bounded, mul(n, log2High)), mul(n, log2Low)));
    const polynomial = others.reduce((sum, coefficient) => add(mul(sum, r), coefficient), first!);
    const power = add(add(mul(mul(r, r), polynomial), r), one);
    return v128.andnot(mul(power, i32x4.shl(rounded, 23)), f32x4.lt(x, lowest));
  };
}
