import type { I32, V128 } from '../../assembler/expression.ts';
import { i32, v128 } from '../../assembler/expression.ts';
import type { FunctionBuilder } from '../../assembler/module.ts';

/**
 * Transposes [rows, columns] at `from` to `to` in blocks of 4 x 4, both sides at least 4. The last block of a side that is no
 * multiple of 4 overlaps the one before it.
 */
export function writeTranspose(f: FunctionBuilder, ...parameters: I32[]): void {
  const [from, to, rows, columns] = parameters as [I32, I32, I32, I32];
  const local = (value: I32): I32 => f.let(value).get;
  const lastRow = local(i32.sub(rows, i32.const(4)));
  const lastColumn = local(i32.sub(columns, i32.const(4)));
  const rowBytes = local(i32.mul(columns, i32.const(4)));
  const columnBytes = local(i32.mul(rows, i32.const(4)));
  f.loop(rows, 4, (i) => {
    const row = local(i32.minU(i, lastRow));
    const source = local(i32.add(from, i32.mul(row, rowBytes)));
    const target = local(i32.add(to, i32.mul(row, i32.const(4))));
    f.loop(columns, 4, (j) => {
      const column = local(i32.minU(j, lastColumn));
      const block = local(i32.add(source, i32.mul(column, i32.const(4))));
      transposeBlock(f, block, rowBytes, local(i32.add(target, i32.mul(column, columnBytes))), columnBytes);
    });
  });
}

/** 4 x 4 numbers at `from`, its rows `fromRow` bytes apart, transposed to `to`, its rows `toRow` bytes apart. */
export function transposeBlock(f: FunctionBuilder, from: I32, fromRow: I32, to: I32, toRow: I32): void {
  const keep = (value: V128): V128 => f.let(value).get;
  const pointer = f.let(from);
  const lines = [0, 1, 2, 3].map(() => {
    const line = keep(v128.load(pointer.get));
    f.set(pointer, i32.add(pointer.get, fromRow));
    return line;
  });
  const pair = (x: number, y: number, order: readonly [number, number, number, number]): V128 =>
    keep(v128.shuffle(lines[x]!, lines[y]!, order));
  const [a, b] = [pair(0, 1, [0, 4, 1, 5]), pair(2, 3, [0, 4, 1, 5])];
  const [c, d] = [pair(0, 1, [2, 6, 3, 7]), pair(2, 3, [2, 6, 3, 7])];
  const columns = [v128.shuffle(a, b, [0, 1, 4, 5]), v128.shuffle(a, b, [2, 3, 6, 7])];
  columns.push(v128.shuffle(c, d, [0, 1, 4, 5]), v128.shuffle(c, d, [2, 3, 6, 7]));
  f.set(pointer, to);
  for (const column of columns) {
    f.run(v128.store(pointer.get, column));
    f.set(pointer, i32.add(pointer.get, toRow));
  }
}
