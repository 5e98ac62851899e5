/** Elementwise functions of two tensors, or of a tensor and a number. */
import type { I32, V128 } from '../../assembler/expression.ts';
import { i32, i32x4, i8x16, v128 } from '../../assembler/expression.ts';
import type { FunctionBuilder } from '../../assembler/module.ts';
import type { Writer } from '../../assembler/assembly.ts';

/** Elements that a comparison does at a time: their flags are one vector. */
export const FLAGS_AT_A_TIME = 16;

/** Which operands are tensors; the other is one number. */
export type Operands = 'both' | 'left' | 'right';

type Operation = (x: V128, y: V128) => V128;

/** Numbers from `a` and `b` by their offset in bytes. */
function operandsOf(
  f: FunctionBuilder,
  operands: Operands,
  a: I32,
  b: I32,
): (offset: I32, more: number) => [V128, V128] {
  const reader = (base: I32, isTensor: boolean): ((offset: I32, more: number) => V128) => {
    if (isTensor) return (offset, more) => v128.load(i32.add(base, offset), more);
    const number = f.let(v128.loadSplat(base)).get;
    return () => number;
  };
  const [left, right] = [reader(a, operands !== 'right'), reader(b, operands !== 'left')];
  return (offset, more) => [left(offset, more), right(offset, more)];
}

/** Visits `bytes` in steps; the last step overlaps the one before where they do not divide them. */
function inSteps(f: FunctionBuilder, bytes: I32, step: number, visit: (offset: I32) => void): void {
  const last = f.let(i32.sub(bytes, i32.const(step))).get;
  f.loop(bytes, step, (next) => visit(f.let(i32.minU(next, last)).get));
}

/** to = operation(a, b) for `bytes` of numbers, four at least. */
export function writeArithmetic(operation: Operation, operands: Operands): Writer {
  return (f, ...parameters) => {
    const [a, b, to, bytes] = parameters as [I32, I32, I32, I32];
    const read = operandsOf(f, operands, a, b);
    inSteps(f, bytes, 16, (offset) => f.run(v128.store(i32.add(to, offset), operation(...read(offset, 0)))));
  };
}

/** Flags of one byte at `to` for `bytes` of numbers, FLAGS_AT_A_TIME at least. */
export function writeComparison(operation: Operation, operands: Operands): Writer {
  return (f, ...parameters) => {
    const [a, b, to, bytes] = parameters as [I32, I32, I32, I32];
    const read = operandsOf(f, operands, a, b);
    const one = f.let(i8x16.all(1)).get;
    inSteps(f, bytes, 4 * FLAGS_AT_A_TIME, (offset) => {
      const [first, second, third, fourth] = [0, 16, 32, 48].map((more) =>
        operation(...read(offset, more)),
      ) as [V128, V128, V128, V128];
      const flags = v128.and(i8x16.narrow(first, second, third, fourth), one);
      f.run(v128.store(i32.add(to, i32.shrU(offset, 2)), flags));
    });
  };
}

/** to = flag ? t : e for `bytes` of numbers, four at least. */
export function writeSelect(f: FunctionBuilder, ...parameters: I32[]): void {
  const [flags, t, e, to, bytes] = parameters as [I32, I32, I32, I32, I32];
  inSteps(f, bytes, 16, (offset) => {
    const mask = i32x4.neg(i32x4.extend(v128.loadFirst(i32.add(flags, i32.shrU(offset, 2)))));
    const [taken, other] = [v128.load(i32.add(t, offset)), v128.load(i32.add(e, offset))];
    f.run(v128.store(i32.add(to, offset), v128.bitselect(taken, other, mask)));
  });
}
