import type { I32, V128 } from '../../assembler/expression.ts';
import { f32x4, i32, i32x4, v128 } from '../../assembler/expression.ts';
import type { FunctionBuilder } from '../../assembler/module.ts';

/**
 * For each buyer and bundle the largest value of an atom of which no item is absent, or 0, [buyers, bundles] at `to`; bundles at
 * least 4. Words of 32 items: `wanted` [atoms of all buyers, words], `absent` [words, bundles]; `values` one an atom.
 */
export function writeBestInside(f: FunctionBuilder, ...parameters: I32[]): void {
  const [wanted, absent, values, to, buyers, atoms, words, bundles] = parameters as [
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
  ];
  const local = (value: I32): I32 => f.let(value).get;
  const four = (x: I32): I32 => local(i32.mul(x, i32.const(4)));
  const [rowBytes, wordBytes, atomBytes] = [four(bundles), four(words), four(atoms)];
  const last = local(i32.sub(rowBytes, i32.const(16)));
  const zero = f.let(i32x4.all(0)).get;
  const [want, value, row] = [f.let(wanted), f.let(values), f.let(to)];
  f.loop(buyers, 1, () => {
    f.loop(rowBytes, 16, (next) => f.run(v128.store(i32.add(row.get, local(i32.minU(next, last))), zero)));
    f.loop(atomBytes, 4, () => {
      const worth = f.let(v128.loadSplat(value.get)).get;
      f.loop(rowBytes, 16, (next) => {
        // The last vector overlaps the one before it where the count is no multiple of 4.
        const offset = local(i32.minU(next, last));
        const missing = f.let(zero);
        const source = f.let(i32.add(absent, offset));
        f.loop(wordBytes, 4, (word) => {
          const own = v128.loadSplat(i32.add(want.get, word));
          f.set(missing, v128.or(missing.get, v128.and(own, v128.load(source.get))));
          f.set(source, i32.add(source.get, rowBytes));
        });
        const isMissing = i32x4.ltS(v128.or(missing.get, i32x4.neg(missing.get)), zero);
        const target = local(i32.add(row.get, offset));
        f.run(v128.store(target, f32x4.pmax(v128.load(target), v128.andnot(worth, isMissing))));
      });
      f.set(want, i32.add(want.get, wordBytes));
      f.set(value, i32.add(value.get, i32.const(4)));
    });
    f.set(row, i32.add(row.get, rowBytes));
  });
}

/**
 * Of each of at least 4 groups of `count` numbers at `x`: the largest, its place in the group, and by how much the number at
 * `scale` times it is above that number times the second largest.
 */
export function writeTopOfGroups(f: FunctionBuilder, ...parameters: I32[]): void {
  const [x, largest, places, gaps, groups, count, scale] = parameters as [I32, I32, I32, I32, I32, I32, I32];
  const local = (value: I32): I32 => f.let(value).get;
  const groupBytes = local(i32.mul(count, i32.const(4)));
  const last = local(i32.sub(groups, i32.const(4)));
  const factor = f.let(v128.loadSplat(scale)).get;
  f.loop(groups, 4, (next) => {
    const group = local(i32.minU(next, last));
    const starts = [local(i32.add(x, i32.mul(group, groupBytes)))];
    while (starts.length < 4) starts.push(local(i32.add(starts.at(-1)!, groupBytes)));
    /** The numbers of four groups that many bytes from their starts. */
    const gather = (offset: I32): V128 =>
      starts
        .slice(1)
        .reduce(
          (lanes, start, i) => v128.loadLane(i32.add(start, offset), lanes, i + 1),
          v128.loadFirst(i32.add(starts[0]!, offset)),
        );
    const [first, second] = [f.let(gather(i32.const(0))), f.let(f32x4.all(-Infinity))];
    const [place, at] = [f.let(i32x4.all(0)), f.let(i32x4.all(0))];
    f.loop(i32.sub(groupBytes, i32.const(4)), 4, (before) => {
      const number = f.let(gather(i32.add(before, i32.const(4)))).get;
      f.set(at, i32x4.add(at.get, i32x4.all(1)));
      f.set(place, v128.bitselect(at.get, place.get, f32x4.lt(first.get, number)));
      f.set(second, f32x4.max(second.get, f32x4.min(first.get, number)));
      f.set(first, f32x4.max(first.get, number));
    });
    const offset = local(i32.mul(group, i32.const(4)));
    f.run(v128.store(i32.add(largest, offset), first.get));
    f.run(v128.store(i32.add(places, offset), place.get));
    const gap = f32x4.sub(f32x4.mul(first.get, factor), f32x4.mul(second.get, factor));
    f.run(v128.store(i32.add(gaps, offset), gap));
  });
}
