import type { I32, V128 } from '../../assembler/expression.ts';
import { f32x4, i32, v128 } from '../../assembler/expression.ts';
import type { FunctionBuilder } from '../../assembler/module.ts';

/** Order of the numbers at `constants`. */
export const adamConstants = [
  'beta1',
  'oneMinusBeta1',
  'beta2',
  'oneMinusBeta2',
  'correction1',
  'correction2',
  'epsilon',
  'step',
] as const;

/** 2^-50 and its square. The root of the square is far below Adam's epsilon, and epsilon bounds what the square root can do. */
const TINY = 2 ** -50;

/**
 * One step of Adam for `bytes` of numbers, at least four: value, first and second moment to new places. Every operation and
 * its order are those of tfjs-core's AdamOptimizer; what is below 2^-100 in the moments becomes 0, because decaying moments
 * end as subnormal numbers otherwise, stay there, and slow every later step down.
 */
export function writeAdam(f: FunctionBuilder, ...parameters: I32[]): void {
  const [value, first, second, gradient, toValue, toFirst, toSecond, bytes, constants] = parameters as [
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
  ];
  const { abs, add, div, lt, mul, sqrt } = f32x4;
  const keep = (x: V128): V128 => f.let(x).get;
  const given = Object.fromEntries(
    adamConstants.map((name, i) => [name, keep(v128.loadSplat(constants, 4 * i))]),
  ) as Record<(typeof adamConstants)[number], V128>;
  const [tiny, tinySquare] = [keep(f32x4.all(TINY)), keep(f32x4.all(TINY ** 2))];
  const last = f.let(i32.sub(bytes, i32.const(16))).get;
  f.loop(bytes, 16, (next) => {
    // The last vector overlaps the one before it where the count is no multiple of 4.
    const offset = f.let(i32.minU(next, last)).get;
    const load = (base: I32): V128 => keep(v128.load(i32.add(base, offset)));
    const g = load(gradient);
    const m = keep(add(mul(load(first), given.beta1), mul(g, given.oneMinusBeta1)));
    const mean = keep(v128.andnot(m, lt(abs(m), tinySquare)));
    const seen = keep(v128.andnot(g, lt(abs(g), tiny)));
    const v = keep(add(mul(load(second), given.beta2), mul(mul(seen, seen), given.oneMinusBeta2)));
    const square = keep(v128.andnot(v, lt(v, tinySquare)));
    const scale = add(sqrt(div(square, given.correction2)), given.epsilon);
    const change = mul(div(div(mean, given.correction1), scale), given.step);
    f.run(v128.store(i32.add(toFirst, offset), mean));
    f.run(v128.store(i32.add(toSecond, offset), square));
    f.run(v128.store(i32.add(toValue, offset), add(change, load(value))));
  });
}
