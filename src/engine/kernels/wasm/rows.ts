/** Walking along the rows of a matrix, vector by vector. */
import type { I32, V128 } from '../../assembler/expression.ts';
import { i32, i32x4, v128 } from '../../assembler/expression.ts';
import type { FunctionBuilder } from '../../assembler/module.ts';

export interface Rows {
  readonly rowBytes: I32;
  /**
   * Visits the byte offsets of one row's vectors. Where the row is no multiple of 4 long, its last vector overlaps the one
   * before: `fresh` sets the lanes that were visited before to 0.
   * @param visitMany visits so many bytes at a time as `rowsOf` was told, from the offset on, as long as the row has as many
   */
  along(visit: (offset: I32, fresh: (x: V128) => V128) => void, visitMany?: (offset: I32) => void): void;
}

/**
 * Rows of `columns` numbers, at least 4.
 * @param stride bytes that `visitMany` visits at a time, 16 times a power of two
 */
export function rowsOf(f: FunctionBuilder, columns: I32, stride = 16): Rows {
  const local = (value: I32): I32 => f.let(value).get;
  const rowBytes = local(i32.mul(columns, i32.const(4)));
  const last = local(i32.sub(rowBytes, i32.const(16)));
  const whole = local(i32.and(rowBytes, i32.const(-16)));
  const rest = local(i32.sub(rowBytes, whole));
  const repeated = f.let(i32x4.ltS(i32x4.const(0, 4, 8, 12), i32x4.splat(i32.sub(i32.const(16), rest)))).get;
  return {
    rowBytes,
    along(visit, visitMany) {
      if (visitMany === undefined) f.loop(whole, 16, (offset) => visit(offset, (x) => x));
      else {
        const many = local(i32.and(rowBytes, i32.const(-stride)));
        f.loop(many, stride, visitMany);
        f.loop(local(i32.sub(whole, many)), 16, (next) => visit(local(i32.add(many, next)), (x) => x));
      }
      f.if(rest, () => visit(last, (x) => v128.andnot(x, repeated)));
    },
  };
}

/** The four lanes combined, in every lane. */
export function acrossLanes(f: FunctionBuilder, x: V128, combine: (a: V128, b: V128) => V128): V128 {
  const all = f.let(x).get;
  const pairs = f.let(combine(all, v128.shuffle(all, all, [2, 3, 0, 1]))).get;
  return f.let(combine(pairs, v128.shuffle(pairs, pairs, [1, 0, 3, 2]))).get;
}
