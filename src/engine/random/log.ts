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

const P = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
];
const LOG2_HIGH = 0.693359375;
const LOG2_LOW = -2.1219444e-4;

/** log(x) for positive normal x. */
export function log<T>({ all, add, sub, mul, split, share }: Float32Arithmetic<T>, x: T): T {
  const { significand, exponent } = split(x);
  const e = share(exponent);
  const r = share(sub(significand, all(1)));
  const square = share(mul(r, r));
  const [first, ...rest] = P.map(all);
  const polynomial = rest.reduce((sum, coefficient) => add(mul(sum, r), coefficient), first!);
  const cubic = mul(mul(polynomial, r), square);
  const small = sub(add(cubic, mul(e, all(LOG2_LOW))), mul(square, all(0.5)));
  return add(add(r, small), mul(e, all(LOG2_HIGH)));
}

/** Bits of sqrt(1/2), and of a float32's significand. */
export const SQRT_HALF_BITS = 0x3f3504f3;
export const SIGNIFICAND_BITS = 0x7fffff;
