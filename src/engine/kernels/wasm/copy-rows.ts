/** Copies of rows that lie apart, as joining and splitting tensors along an axis needs them. */
import { Assembly } from '../../assembler/assembly.ts';
import { i32, v128, type I32 } from '../../assembler/expression.ts';
import type { TensorMemory } from './memory.ts';
import { rowsOf } from './rows.ts';

const assembly = new Assembly({
  rows: [
    6,
    (f, ...parameters) => {
      const [from, to, rows, columns, fromBytes, toBytes] = parameters as [I32, I32, I32, I32, I32, I32];
      const { along } = rowsOf(f, columns);
      const [source, target] = [f.let(from), f.let(to)];
      f.loop(rows, 1, () => {
        along((offset) =>
          f.run(v128.store(i32.add(target.get, offset), v128.load(i32.add(source.get, offset)))),
        );
        f.set(source, i32.add(source.get, fromBytes));
        f.set(target, i32.add(target.get, toBytes));
      });
    },
  ],
});

/** Where rows of numbers begin, and how many numbers lie between the beginnings of two. */
interface Place {
  readonly address: number;
  readonly stride: number;
}

/** Copies `rows` rows of `columns` numbers of four bytes. */
export function copyRows(memory: TensorMemory, from: Place, to: Place, rows: number, columns: number): void {
  if (columns >= 4) {
    const strides = [4 * from.stride, 4 * to.stride] as const;
    assembly.in(memory.memory).rows(from.address, to.address, rows, columns, ...strides);
    return;
  }
  const words = memory.everyWord();
  const [source, target] = [from.address / 4, to.address / 4];
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < columns; i++)
      words[target + row * to.stride + i] = words[source + row * from.stride + i]!;
}
