import { abreast, type Vectors } from '../../assembler/abreast.ts';
import type { V128 } from '../../assembler/expression.ts';
import { f32x4, i32x4, v128 } from '../../assembler/expression.ts';
import type { FunctionBuilder } from '../../assembler/module.ts';

/** -63 log 2. */
const LOWEST = -43.66827;
/** Added to a small number, rounds it to a whole number n and leaves n + 127, the exponent of 2^n, in the lowest bits. */
const ROUND = 1.5 * 2 ** 23 + 127;
/** Coefficients of the polynomial, highest power first. */
const P = [
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
];

/**
 * e^x for x <= 0, and 0 below -63 log 2: e^x = 2^n e^r with |r| <= log(2) / 2, e^r = 1 + r + r^2 P(r).
 * Source: Moshier, Cephes Math Library (1992), expf.c: its polynomial and its two parts of log 2. Differs from source: how n is
 * rounded.
 */
export function exponentialOfNegative(f: FunctionBuilder): (x: V128) => V128 {
  const exponentials = exponentialsOfNegatives(f, 1);
  return (x) => exponentials([f.let(x).get])[0]!;
}

/** The same of `count` vectors side by side. */
export function exponentialsOfNegatives(f: FunctionBuilder, count: number): (x: Vectors) => Vectors {
  const each = abreast(f, count);
  const constant = (value: number): V128 => f.let(f32x4.all(value)).get;
  const { add, sub, mul } = f32x4;
  const [lowest, round, one] = [constant(LOWEST), constant(ROUND), constant(1)];
  const [log2E, log2High, log2Low] = [constant(Math.LOG2E), constant(0.693359375), constant(-2.1219444e-4)];
  const [first, ...others] = P.map(constant);
  return (x) => {
    const bounded = each(f32x4.pmax, x, lowest);
    const rounded = each((b) => add(mul(b, log2E), round), bounded);
    const n = each(sub, rounded, round);
    const r = each((b, m) => sub(sub(b, mul(m, log2High)), mul(m, log2Low)), bounded, n);
    const polynomial = others.reduce<V128 | Vectors>(
      (sum, coefficient) => each((s, v) => add(mul(s, v), coefficient), sum, r),
      first!,
    );
    const power = each((p, v) => add(add(mul(mul(v, v), p), v), one), polynomial, r);
    return each(
      (p, bits, v) => v128.andnot(mul(p, i32x4.shl(bits, 23)), f32x4.lt(v, lowest)),
      power,
      rounded,
      x,
    );
  };
}
