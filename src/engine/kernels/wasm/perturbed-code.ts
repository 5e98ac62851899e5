import type { I32, V128 } from '../../assembler/expression.ts';
import { f32x4, i32, v128 } from '../../assembler/expression.ts';
import type { FunctionBuilder } from '../../assembler/module.ts';
import { LOWEST, REACH, type RowShift } from '../perturbed.ts';
import { acrossLanes, rowsOf } from './rows.ts';

/** Adds each row of [rows, columns] at `from` to that at `to`, less its shift; columns at least 4. */
export function writePerturbed(shift: RowShift) {
  return (f: FunctionBuilder, ...parameters: I32[]): void => {
    const [from, to, rows, columns] = parameters as [I32, I32, I32, I32];
    const local = (value: I32): I32 => f.let(value).get;
    const keep = (value: V128): V128 => f.let(value).get;
    const { rowBytes, along } = rowsOf(f, columns);
    const [reach, one, lowest] = [REACH, 1, LOWEST].map((value) => keep(f32x4.all(value))) as [
      V128,
      V128,
      V128,
    ];
    const whole = local(i32.and(rowBytes, i32.const(-16)));
    f.loop(i32.mul(rows, rowBytes), rowBytes, (row) => {
      const [source, target] = [local(i32.add(from, row)), local(i32.add(to, row))];
      const largest = f.let(v128.load(source));
      along((offset) => f.set(largest, f32x4.pmax(largest.get, v128.load(i32.add(source, offset)))));
      const top = acrossLanes(f, largest.get, f32x4.pmax);
      const beyond = f32x4.lt(reach, f32x4.abs(top));
      const off = shift === 'largest' ? top : keep(f32x4.mul(top, v128.and(beyond, one)));
      const moved = (x: V128, noise: V128): V128 => {
        const rest = f32x4.sub(x, off);
        return f32x4.add(shift === 'largest' ? f32x4.max(rest, lowest) : rest, noise);
      };
      f.loop(whole, 16, (offset) => {
        const address = local(i32.add(target, offset));
        f.run(v128.store(address, moved(v128.load(i32.add(source, offset)), v128.load(address))));
      });
      // In place, so what is left of the row goes number by number.
      const [restFrom, restTo] = [local(i32.add(source, whole)), local(i32.add(target, whole))];
      f.loop(i32.and(rowBytes, i32.const(12)), 4, (offset) => {
        const address = local(i32.add(restTo, offset));
        const x = v128.loadSplat(i32.add(restFrom, offset));
        f.run(v128.storeLane(address, moved(x, v128.loadSplat(address))));
      });
    });
  };
}
