import type { I32, V128 } from '../../assembler/expression.ts';
import { f32x4, i32, v128 } from '../../assembler/expression.ts';
import type { FunctionBuilder } from '../../assembler/module.ts';
import { acrossLanes, rowsOf } from './rows.ts';

/**
 * credit (hard - p) + path - p sum path, path = rest given, for each row of [rows, columns], columns at least 4; the credits are a
 * number a row.
 */
export function writeControlled(f: FunctionBuilder, ...parameters: I32[]): void {
  const [credit, given, rest, hard, p, to, rows, columns] = parameters as [
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
  ];
  const { rowBytes, along } = rowsOf(f, columns);
  const line = f.let(i32.const(0));
  const at = (base: I32, offset: I32): V128 => v128.load(i32.add(base, i32.add(line.get, offset)));
  f.loop(i32.mul(rows, i32.const(4)), 4, (row) => {
    const sum = f.let(f32x4.all(0));
    along((offset, fresh) =>
      f.set(sum, f32x4.add(sum.get, fresh(f32x4.mul(at(rest, offset), at(given, offset))))),
    );
    const total = acrossLanes(f, sum.get, f32x4.add);
    const weight = f.let(v128.loadSplat(i32.add(credit, row))).get;
    along((offset) => {
      const share = f.let(at(p, offset)).get;
      const score = f32x4.mul(weight, f32x4.sub(at(hard, offset), share));
      const path = f32x4.sub(f32x4.mul(at(rest, offset), at(given, offset)), f32x4.mul(share, total));
      f.run(v128.store(i32.add(to, i32.add(line.get, offset)), f32x4.add(score, path)));
    });
    f.set(line, i32.add(line.get, rowBytes));
  });
}

/** The gradients of that for given, rest (dy - sum dy p), and for the credits, sum dy (hard - p). */
export function writeControlledGradient(f: FunctionBuilder, ...parameters: I32[]): void {
  const [dy, rest, hard, p, toGiven, toCredit, rows, columns] = parameters as [
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
  ];
  const { rowBytes, along } = rowsOf(f, columns);
  const line = f.let(i32.const(0));
  const at = (base: I32, offset: I32): V128 => v128.load(i32.add(base, i32.add(line.get, offset)));
  f.loop(i32.mul(rows, i32.const(4)), 4, (row) => {
    const [mean, chosen] = [f.let(f32x4.all(0)), f.let(f32x4.all(0))];
    along((offset, fresh) => {
      const slope = f.let(fresh(at(dy, offset))).get;
      f.set(mean, f32x4.add(mean.get, f32x4.mul(slope, at(p, offset))));
      f.set(chosen, f32x4.add(chosen.get, f32x4.mul(slope, at(hard, offset))));
    });
    const centre = acrossLanes(f, mean.get, f32x4.add);
    const own = acrossLanes(f, chosen.get, f32x4.add);
    along((offset) => {
      const back = f32x4.sub(at(dy, offset), centre);
      const result = f32x4.mul(at(rest, offset), back);
      f.run(v128.store(i32.add(toGiven, i32.add(line.get, offset)), result));
    });
    f.run(v128.storeLane(i32.add(toCredit, row), f32x4.sub(own, centre)));
    f.set(line, i32.add(line.get, rowBytes));
  });
}
