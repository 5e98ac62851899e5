/** The hyperbolic tangent in four lanes, bit for bit that of the backend, which is the C library's, number by number. */
import type { I32, V128 } from '../../assembler/expression.ts';
import { f32x4, i32, i32x4, v128 } from '../../assembler/expression.ts';
import type { FunctionBuilder } from '../../assembler/module.ts';

/** From here on, tanh is 1 in float32. */
const FAR = 10;
/** log(5/3) / 2: below, tanh(x) is made of expm1(-2x); the largest float32 for which it is. */
const NEAR = floatOf(0x3e82c578);
/** log(3) / 2: above, tanh(x) is 1 less something small; the largest float32 for which it is not. */
const MIDDLE = floatOf(0x3f0c9f54);
/** log 2 in two parts, the first so short that its products with small integers are exact. */
const [LOG2_HIGH, LOG2_LOW] = [floatOf(0x3f317180), floatOf(0x3717f7d1)];
const [Q1, Q2] = [-3.3333212137e-2, 1.5807170421e-3];
/** 1.5 x 2^23: a float32 so large that an integer added to it stands in its last bits. */
const INTEGER_IN_BITS = 12_582_912;
const [SIGNIFICAND_BITS, BITS_OF_ONE] = [23, 0x3f800000];
/** The exponent from which on 2^-k is added in another order. */
const MANY = 23;

function floatOf(bits: number): number {
  return new Float32Array(Int32Array.of(bits).buffer)[0]!;
}

/**
 * tanh of `bytes` of numbers at `from`, four at least, to `to`.
 *
 * With y = expm1(2|x|): tanh|x| = 1 - 2 / (y + 2) for large |x|, y / (y + 2) below, and with y = expm1(-2|x|), -y / (y + 2) near 0.
 * expm1(a) = 2^k (expm1(r) + 1 - 2^-k), a = k log 2 + r with |r| <= log(2) / 2, and a rational approximation for r.
 * Source: Sun's FreeBSD msun as musl 1.2 has it, s_tanhf.c and s_expm1f.c.
 * Differs from source: one formula in place of its cases k = -1, 0 and 1, which round alike.
 */
export function writeTanh(f: FunctionBuilder, ...parameters: I32[]): void {
  const [from, to, bytes] = parameters as [I32, I32, I32];
  const keep = (value: V128): V128 => f.let(value).get;
  const all = (value: number): V128 => keep(f32x4.all(value));
  const { add, sub, mul, div } = f32x4;
  const [half, one, two, three, six] = [all(0.5), all(1), all(2), all(3), all(6)];
  const [far, near, middle, many] = [all(FAR), all(NEAR), all(MIDDLE), all(MANY)];
  const [log2High, log2Low, perLog2] = [all(LOG2_HIGH), all(LOG2_LOW), all(1.4426950216)];
  const [q1, q2, integerInBits] = [all(Q1), all(Q2), all(INTEGER_IN_BITS)];
  const [signBit, bitsOfOne] = [keep(i32x4.all(-(2 ** 31))), keep(i32x4.all(BITS_OF_ONE))];
  const last = f.let(i32.sub(bytes, i32.const(16))).get;
  f.loop(bytes, 16, (next) => {
    const offset = f.let(i32.minU(next, last)).get;
    const x = keep(v128.load(i32.add(from, offset)));
    const size = keep(f32x4.abs(x));
    const doubled = keep(mul(f32x4.min(size, far), two));
    const minus = keep(v128.andnot(signBit, f32x4.lt(near, size)));
    const a = keep(v128.xor(doubled, minus));
    const k = keep(f32x4.trunc(add(mul(a, perLog2), v128.xor(half, minus))));
    const exponent = keep(i32x4.shl(add(k, integerInBits), SIGNIFICAND_BITS));
    const power = i32x4.add(bitsOfOne, exponent);
    const inverse = keep(i32x4.sub(bitsOfOne, exponent));
    const high = keep(sub(a, mul(k, log2High)));
    const low = keep(mul(k, log2Low));
    const rest = keep(sub(high, low));
    const lost = keep(sub(sub(high, rest), low));
    const halved = keep(mul(half, rest));
    const square = keep(mul(rest, halved));
    const r = keep(add(one, mul(square, add(q1, mul(square, q2)))));
    const t = keep(sub(three, mul(r, halved)));
    const ratio = keep(mul(square, div(sub(r, t), sub(six, mul(rest, t)))));
    const e = keep(sub(sub(mul(rest, sub(ratio, lost)), lost), square));
    const few = add(sub(rest, e), sub(one, inverse));
    const sum = v128.bitselect(few, add(sub(rest, add(e, inverse)), one), f32x4.lt(k, many));
    const y = keep(mul(sum, power));
    const large = keep(f32x4.lt(middle, size));
    const quotient = keep(div(v128.bitselect(two, y, large), add(y, two)));
    const tanh = f32x4.abs(v128.bitselect(sub(one, quotient), quotient, large));
    f.run(v128.store(i32.add(to, offset), v128.or(tanh, v128.and(x, signBit))));
  });
}
