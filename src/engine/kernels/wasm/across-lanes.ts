import type { V128 } from '../assembler/expression.ts';
import { v128 } from '../assembler/expression.ts';
import type { FunctionBuilder } from '../assembler/module.ts';

/** The four lanes combined, in every lane. */
export function acrossLanes(f: FunctionBuilder, x: V128, combine: (a: V128, b: V128) => V128): V128 {
  const all = f.let(x).get;
  const pairs = f.let(combine(all, v128.shuffle(all, all, [2, 3, 0, 1]))).get;
  return f.let(combine(pairs, v128.shuffle(pairs, pairs, [1, 0, 3, 2]))).get;
}
