/**
 * Products of rows that are gathered by address: what a convolution and its two gradients are, for the places of a filter's weights
 * and of its windows differ only in which of them is summed over.
 */
import type { I32, V128 } from '../../assembler/expression.ts';
import { f32x4, i32, v128 } from '../../assembler/expression.ts';
import type { FunctionBuilder, Variable } from '../../assembler/module.ts';

/** Rows that are done at a time; the row tables must be no shorter. */
export const GATHERED_ROWS = 4;
/** Columns of a full and of a narrow product. */
export const GATHERED_COLUMNS = { wide: 8, narrow: 4 } as const;

/** How a product reads A. */
export interface Reading {
  /** Columns that are done at a time, in vectors. */
  readonly vectors: number;
  /** Terms that lie side by side: the table of terms has an entry for each such run. */
  readonly run: number;
  /** The rows of a tile lie side by side: the first entry of a tile stands for all of them. */
  readonly together: boolean;
}

/**
 * out[r, j] = sum over t of A[r, t] B[t, j] for as many columns j as `vectors` hold. A[r, t] is the number at `a` + rows[r] + terms[t]
 * (tables of byte offsets), B[t] lies at `b` + t `bStep`, out[r] at `to` + outs[r]. The terms are summed one by one, in their
 * order. `rowBytes` and `termBytes` are the sizes of the tables; the last rows overlap those before them. With runs of terms, B has
 * no other columns: `bStep` must be their size.
 */
export function writeGatheredProduct({ vectors, run, together }: Reading) {
  return (f: FunctionBuilder, ...parameters: I32[]): void => {
    const [a, rows, rowBytes, terms, termBytes, b, bStep, to, outs] = parameters as Nine;
    const packed = run > 1;
    inTiles(f, rowBytes, (tile) => {
      const left = pointersOf(f, a, rows, tile, together ? 1 : GATHERED_ROWS);
      const sums = Array.from({ length: GATHERED_ROWS }, () =>
        Array.from({ length: vectors }, () => f.let(f32x4.all(0))),
      );
      const right = f.let(b);
      overTerms(f, terms, termBytes, run === 1 ? 2 : 1, (term) => {
        const offset = f.let(term).get;
        const lines = left.map((pointer) => f.let(i32.add(pointer, offset)).get);
        for (let i = 0; i < run; i++) {
          const before = packed ? 16 * vectors * i : 0;
          const columns = sums[0]!.map((_, vector) => f.let(v128.load(right.get, before + 16 * vector)).get);
          for (const [row, ofRow] of sums.entries()) {
            const number = together
              ? v128.loadSplat(lines[0]!, 4 * (row + i))
              : v128.loadSplat(lines[row]!, 4 * i);
            const factor = f.let(number).get;
            for (const [vector, sum] of ofRow.entries()) accumulate(f, sum, factor, columns[vector]!);
          }
          if (!packed) f.set(right, i32.add(right.get, bStep));
        }
        if (packed) f.set(right, i32.add(right.get, i32.const(16 * vectors * run)));
      });
      for (const [line, target] of pointersOf(f, to, outs, tile).entries())
        for (const [i, sum] of sums[line]!.entries()) f.run(v128.store(target, sum.get, 16 * i));
    });
  };
}

/**
 * The same, channel by channel: out[r, c] = sum over t of A[r, t, c] B[t, c], where A[r, t, 0] is the number at `a` + rows[r] +
 * terms[t]; `channelBytes` is the size of the channels, at least 4 of them.
 */
export function writeGatheredByChannel(f: FunctionBuilder, ...parameters: I32[]): void {
  const [a, rows, rowBytes, terms, termBytes, b, bStep, to, outs, channelBytes] = parameters as [
    ...Nine,
    I32,
  ];
  const lastChannels = f.let(i32.sub(channelBytes, i32.const(16))).get;
  inTiles(f, rowBytes, (tile) => {
    const left = pointersOf(f, a, rows, tile);
    const targets = pointersOf(f, to, outs, tile);
    f.loop(channelBytes, 16, (next) => {
      const channels = f.let(i32.minU(next, lastChannels)).get;
      const lines = left.map((pointer) => f.let(i32.add(pointer, channels)).get);
      const sums = left.map(() => f.let(f32x4.all(0)));
      const right = f.let(i32.add(b, channels));
      overTerms(f, terms, termBytes, 2, (term) => {
        const offset = f.let(term).get;
        const factor = f.let(v128.load(right.get)).get;
        for (const [line, pointer] of lines.entries())
          accumulate(f, sums[line]!, factor, v128.load(i32.add(pointer, offset)));
        f.set(right, i32.add(right.get, bStep));
      });
      for (const [line, target] of targets.entries())
        f.run(v128.store(i32.add(target, channels), sums[line]!.get));
    });
  });
}

type Nine = [I32, I32, I32, I32, I32, I32, I32, I32, I32];

/** Visits the byte offsets, in a table of rows, of GATHERED_ROWS rows at a time. */
function inTiles(f: FunctionBuilder, rowBytes: I32, visit: (tile: I32) => void): void {
  const last = f.let(i32.sub(rowBytes, i32.const(4 * GATHERED_ROWS))).get;
  f.loop(rowBytes, 4 * GATHERED_ROWS, (next) => visit(f.let(i32.minU(next, last)).get));
}

/** `base` plus the first offsets of a tile. */
function pointersOf(f: FunctionBuilder, base: I32, table: I32, tile: I32, count = GATHERED_ROWS): I32[] {
  const entry = f.let(i32.add(table, tile)).get;
  return Array.from({ length: count }, (_, line) => f.let(i32.add(base, i32.load(entry, 4 * line))).get);
}

/** Visits the entries of a table of terms, `atATime` (1 or 2) of them a round and then what is left. */
function overTerms(
  f: FunctionBuilder,
  terms: I32,
  termBytes: I32,
  atATime: 1 | 2,
  visit: (term: I32) => void,
): void {
  const whole = f.let(i32.and(termBytes, i32.const(-4 * atATime))).get;
  f.loop(whole, 4 * atATime, (offset) => {
    const entry = f.let(i32.add(terms, offset)).get;
    for (let i = 0; i < atATime; i++) visit(i32.load(entry, 4 * i));
  });
  if (atATime === 2) f.if(i32.and(termBytes, i32.const(4)), () => visit(i32.load(i32.add(terms, whole))));
}

function accumulate(f: FunctionBuilder, sum: Variable<'v128'>, x: V128, y: V128): void {
  f.set(sum, f32x4.add(sum.get, f32x4.mul(x, y)));
}

/** Copies `bytes` of rows, each of `rowBytes`, to rows that are `toStep` bytes apart. */
export function writeCopyRows(f: FunctionBuilder, ...parameters: I32[]): void {
  const [from, to, bytes, rowBytes, toStep] = parameters as [I32, I32, I32, I32, I32];
  const whole = f.let(i32.and(rowBytes, i32.const(-16))).get;
  const rest = f.let(i32.and(rowBytes, i32.const(12))).get;
  const target = f.let(to);
  f.loop(bytes, rowBytes, (row) => {
    const source = f.let(i32.add(from, row)).get;
    f.loop(whole, 16, (offset) =>
      f.run(v128.store(i32.add(target.get, offset), v128.load(i32.add(source, offset)))),
    );
    f.loop(rest, 4, (offset) => {
      const place = f.let(i32.add(whole, offset)).get;
      f.run(v128.storeLane(i32.add(target.get, place), v128.loadFirst(i32.add(source, place))));
    });
    f.set(target, i32.add(target.get, toStep));
  });
}

/** Adds `bytes` of numbers at `from`, a multiple of 16, to those at `to`. */
export function writeAddTo(f: FunctionBuilder, ...parameters: I32[]): void {
  const [from, to, bytes] = parameters as [I32, I32, I32];
  f.loop(bytes, 16, (offset) => {
    const target = f.let(i32.add(to, offset)).get;
    f.run(v128.store(target, f32x4.add(v128.load(target), v128.load(i32.add(from, offset)))));
  });
}
