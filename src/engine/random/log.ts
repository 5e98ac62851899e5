/**
 * The natural logarithm in float32, written once for one number and for four lanes: the same bits on every machine, which
 * `Math.log` does not promise.
 *
 * log(x) = e log 2 + log(1 + r), x = 2^e (1 + r) with 1 + r in [sqrt(1/2), sqrt(2)); log(1 + r) = r - r^2 / 2 + r^3 P(r).
 * Source: Moshier, Cephes Math Library (1992), logf.c: its polynomial and its two parts of log 2.
 * Differs from source: the exponent is taken from the bits.
 */

/** Arithmetic of float32 values, each operation rounded once. */
export interface Float32Arithmetic<T> {
  all(value: number): T;
  add(x: T, y: T): T;
  sub(x: T, y: T): T;
  mul(x: T, y: T): T;
  /** x = significand * 2^exponent with the significand in [sqrt(1/2), sqrt(2)); x positive, finite and normal. */
  split(x: T): { significand: T; exponent: T };
  /** A value that is used more than once. */
  share(x: T): T;
}

/** Coefficients of P, highest power first. */
const P = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
] as const;
const LOG2_HIGH = 0.693359375;
const LOG2_LOW = -2.1219444e-4;

/** The function log of positive normal numbers; constants are made once, here. */
export function logarithm<T>({ all, add, sub, mul, split, share }: Float32Arithmetic<T>): (x: T) => T {
  const [one, half, log2High, log2Low] = [all(1), all(0.5), all(LOG2_HIGH), all(LOG2_LOW)];
  const [p0, p1, p2, p3, p4, p5, p6, p7, p8] = [...P].map(all) as [T, T, T, T, T, T, T, T, T];
  return (x) => {
    const { significand, exponent } = split(x);
    const e = share(exponent);
    const r = share(sub(significand, one));
    const square = share(mul(r, r));
    const fourth = share(mul(square, square));
    // In pairs of terms: half the length of Horner's chain, along which the processor would wait.
    const low = add(mul(add(mul(p5, r), p6), square), add(mul(p7, r), p8));
    const high = add(mul(p0, fourth), add(mul(add(mul(p1, r), p2), square), add(mul(p3, r), p4)));
    const polynomial = add(mul(high, fourth), low);
    const cubic = mul(mul(polynomial, r), square);
    const small = sub(add(cubic, mul(e, log2Low)), mul(square, half));
    return add(add(r, small), mul(e, log2High));
  };
}

/** Bits of sqrt(1/2), and of a float32's significand. */
export const SQRT_HALF_BITS = 0x3f3504f3;
export const SIGNIFICAND_BITS = 0x7fffff;
