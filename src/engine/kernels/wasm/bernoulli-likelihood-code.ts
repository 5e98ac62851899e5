import type { I32, V128 } from '../../assembler/expression.ts';
import { f32x4, i32, v128 } from '../../assembler/expression.ts';
import type { FunctionBuilder } from '../../assembler/module.ts';
import { exponentialOfNegative } from './exponential.ts';
import { acrossLanes, rowsOf } from './rows.ts';

/** Of log(1 + t) = 2 s (1 + s^2 / 3 + s^4 / 5 + ..), s = t / (2 + t): for t <= 1 what is left out is below 2e-8 of it. */
const TERMS = [1 / 13, 1 / 11, 1 / 9, 1 / 7, 1 / 5, 1 / 3, 1];

/**
 * sum x l - softplus(l) of each row of [rows, columns], columns at least 4, softplus(l) = max(l, 0) + log(1 + e^-|l|).
 */
export function writeBernoulliLikelihood(f: FunctionBuilder, ...parameters: I32[]): void {
  const [x, logits, to, rows, columns] = parameters as [I32, I32, I32, I32, I32];
  const keep = (value: V128): V128 => f.let(value).get;
  const { add, sub, mul, div } = f32x4;
  const exponential = exponentialOfNegative(f);
  const { rowBytes, along } = rowsOf(f, columns);
  const [zero, two] = [keep(f32x4.all(0)), keep(f32x4.all(2))];
  const [first, ...others] = TERMS.map((term) => keep(f32x4.all(term)));
  const line = f.let(i32.const(0));
  const at = (base: I32, offset: I32): V128 => v128.load(i32.add(base, i32.add(line.get, offset)));
  f.loop(i32.mul(rows, i32.const(4)), 4, (row) => {
    const sum = f.let(zero);
    along((offset, fresh) => {
      const l = keep(at(logits, offset));
      const t = keep(exponential(f32x4.neg(f32x4.abs(l))));
      const s = keep(div(t, add(two, t)));
      const square = keep(mul(s, s));
      const series = others.reduce((before, term) => add(mul(before, square), term), first!);
      const softplus = add(f32x4.pmax(l, zero), mul(mul(two, s), series));
      f.set(sum, add(sum.get, fresh(keep(sub(mul(at(x, offset), l), softplus)))));
    });
    f.run(v128.storeLane(i32.add(to, row), acrossLanes(f, sum.get, add)));
    f.set(line, i32.add(line.get, rowBytes));
  });
}

/** Its gradient for the logits: dy (x - sigmoid(l)), dy a number a row. */
export function writeBernoulliResidual(f: FunctionBuilder, ...parameters: I32[]): void {
  const [dy, x, logits, to, rows, columns] = parameters as [I32, I32, I32, I32, I32, I32];
  const keep = (value: V128): V128 => f.let(value).get;
  const exponential = exponentialOfNegative(f);
  const { rowBytes, along } = rowsOf(f, columns);
  const [zero, one] = [keep(f32x4.all(0)), keep(f32x4.all(1))];
  const line = f.let(i32.const(0));
  const at = (base: I32, offset: I32): V128 => v128.load(i32.add(base, i32.add(line.get, offset)));
  f.loop(i32.mul(rows, i32.const(4)), 4, (row) => {
    const slope = keep(v128.loadSplat(i32.add(dy, row)));
    along((offset) => {
      const l = keep(at(logits, offset));
      const t = keep(exponential(f32x4.neg(f32x4.abs(l))));
      const larger = keep(f32x4.div(one, f32x4.add(one, t)));
      const sigmoid = v128.bitselect(f32x4.mul(t, larger), larger, f32x4.lt(l, zero));
      const difference = f32x4.sub(at(x, offset), sigmoid);
      f.run(v128.store(i32.add(to, i32.add(line.get, offset)), f32x4.mul(slope, difference)));
    });
    f.set(line, i32.add(line.get, rowBytes));
  });
}
