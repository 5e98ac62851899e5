import type { I32 } from '../../assembler/expression.ts';
import { f32x4, i32, v128 } from '../../assembler/expression.ts';
import type { FunctionBuilder } from '../../assembler/module.ts';

/** Columns of the product, a lane each. */
export const LANES = 4;
/** Rows that are worked on side by side. */
const ROWS = 4;

/** Terms that the backend's own kernel sums apart in products of transposed or many matrices. */
export const BLOCK = 48;

/**
 * The product of A [n, k], n at least 4, and B [k, LANES] at `to` [n, LANES], with terms summed as the backend's own kernel does
 * where B is given as its transpose: BLOCK of them at a time, then the sums of the blocks.
 */
export function writeNarrowProduct(f: FunctionBuilder, ...parameters: I32[]): void {
  const [a, b, to, n, k] = parameters as [I32, I32, I32, I32, I32];
  const local = (value: I32): I32 => f.let(value).get;
  const line = local(i32.mul(k, i32.const(4)));
  const last = local(i32.sub(n, i32.const(ROWS)));
  const end = local(i32.mul(k, i32.const(4 * LANES)));
  f.loop(n, ROWS, (next) => {
    // The last rows overlap those before them where n is no multiple of ROWS.
    const row = local(i32.minU(next, last));
    const pointers = [f.let(i32.add(a, i32.mul(row, line)))];
    while (pointers.length < ROWS) pointers.push(f.let(i32.add(pointers.at(-1)!.get, line)));
    const totals = pointers.map(() => f.let(f32x4.all(0)));
    f.loop(end, 4 * LANES * BLOCK, (first) => {
      const sums = pointers.map(() => f.let(f32x4.all(0)));
      const source = local(i32.add(b, first));
      f.loop(local(i32.minU(i32.sub(end, first), i32.const(4 * LANES * BLOCK))), 4 * LANES, (offset) => {
        const right = f.let(v128.load(i32.add(source, offset))).get;
        for (const [i, pointer] of pointers.entries()) {
          const sum = sums[i]!;
          f.set(sum, f32x4.add(sum.get, f32x4.mul(v128.loadSplat(pointer.get), right)));
          f.set(pointer, i32.add(pointer.get, i32.const(4)));
        }
      });
      for (const [i, total] of totals.entries()) f.set(total, f32x4.add(total.get, sums[i]!.get));
    });
    const target = local(i32.add(to, i32.mul(row, i32.const(4 * LANES))));
    for (const [i, total] of totals.entries()) f.run(v128.store(target, total.get, 4 * LANES * i));
  });
}
