import type { I32 } from '../../assembler/expression.ts';
import { f32x4, i32, v128 } from '../../assembler/expression.ts';
import type { FunctionBuilder } from '../../assembler/module.ts';

/** Columns of the product that are held in registers, in vectors; B must have as many. */
const VECTORS = 8;
export const SPARSE_COLUMNS = 4 * VECTORS;

/** An entry of the list of a row: where its row of B starts, in bytes, and the number. */
const ENTRY_BYTES = 8;

/**
 * The product of A [n, k] and B [k, m], m at least SPARSE_COLUMNS, passing over the zeros of A: to the last bit what `writeProduct`
 * gives if all of B is finite, for a sum that starts at 0 is never -0. Lines of A lie `aRow` bytes apart and the numbers of a line
 * `aStep`, so A may be a transpose; `list` has room for k entries.
 */
export function writeSparseProduct(f: FunctionBuilder, ...parameters: I32[]): void {
  const [a, b, to, list, n, k, m, aRow, aStep] = parameters as [I32, I32, I32, I32, I32, I32, I32, I32, I32];
  const local = (value: I32): I32 => f.let(value).get;
  const rowBytes = local(i32.mul(m, i32.const(4)));
  const last = local(i32.sub(rowBytes, i32.const(4 * SPARSE_COLUMNS)));
  const bEnd = local(i32.mul(k, rowBytes));
  const line = f.let(a);
  f.loop(i32.mul(n, rowBytes), rowBytes, (row) => {
    const end = listOf(f, line.get, { list, aStep, bEnd, rowBytes });
    f.set(line, i32.add(line.get, aRow));
    f.loop(rowBytes, 4 * SPARSE_COLUMNS, (next) => {
      const column = local(i32.minU(next, last));
      const source = local(i32.add(b, column));
      const sums = Array.from({ length: VECTORS }, () => f.let(f32x4.all(0)));
      f.loop(end, ENTRY_BYTES, (offset) => {
        const entry = local(i32.add(list, offset));
        const from = local(i32.add(source, i32.load(entry)));
        const factor = f.let(v128.loadSplat(entry, 4)).get;
        for (const [i, sum] of sums.entries())
          f.set(sum, f32x4.add(sum.get, f32x4.mul(factor, v128.load(from, 16 * i))));
      });
      const target = local(i32.add(i32.add(to, row), column));
      for (const [i, sum] of sums.entries()) f.run(v128.store(target, sum.get, 16 * i));
    });
  });
}

/** Lists what is not 0 in the line of A at `line`; the size of the list in bytes. */
function listOf(
  f: FunctionBuilder,
  line: I32,
  { list, aStep, bEnd, rowBytes }: Record<'list' | 'aStep' | 'bEnd' | 'rowBytes', I32>,
): I32 {
  const source = f.let(line);
  const size = f.let(i32.const(0));
  f.loop(bEnd, rowBytes, (row) => {
    const bits = f.let(i32.load(source.get)).get;
    const entry = f.let(i32.add(list, size.get)).get;
    f.run(i32.store(entry, row));
    f.run(i32.store(entry, bits, 4));
    // Written in any case, and kept if it is neither 0 nor -0.
    const kept = i32.ltU(i32.const(0), i32.add(bits, bits));
    f.set(size, i32.add(size.get, i32.mul(kept, i32.const(ENTRY_BYTES))));
    f.set(source, i32.add(source.get, aStep));
  });
  return size.get;
}

/** Writes to `to` a vector that is 0 if all `bytes` of numbers at `from`, four at least, are finite, and NaN in some lane otherwise. */
export function writeFiniteness(f: FunctionBuilder, ...parameters: I32[]): void {
  const [from, to, bytes] = parameters as [I32, I32, I32];
  const zero = f.let(f32x4.all(0)).get;
  const last = f.let(i32.sub(bytes, i32.const(16))).get;
  const sum = f.let(zero);
  f.loop(bytes, 16, (next) => {
    const numbers = v128.load(i32.add(from, f.let(i32.minU(next, last)).get));
    f.set(sum, f32x4.add(sum.get, f32x4.mul(numbers, zero)));
  });
  f.run(v128.store(to, sum.get));
}
