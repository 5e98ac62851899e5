/** `tf.tanh` on wasm in SIMD: the bits of the backend's own kernel, which calls the C library number by number. */
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { Tanh, util } from '@tensorflow/tfjs-core';
import { abreast, type Vectors } from '../../assembler/abreast.ts';
import { Assembly } from '../../assembler/assembly.ts';
import { f32x4, i32, i32x4, v128, type I32, type V128 } from '../../assembler/expression.ts';
import type { FunctionBuilder } from '../../assembler/module.ts';
import { TensorMemory } from './memory.ts';
import { plainConfig } from './plain-kernel.ts';

const ABREAST = 4;
/** Added to a small whole number n, leaves n + 127, the exponent of 2^n, in the lowest bits. */
const EXPONENT = 1.5 * 2 ** 23 + 127;
const SIGN = -(2 ** 31);

const assembly = new Assembly<'tanh'>({ tanh: [3, writeTanh] });

/** The kernel; the plain one must be registered, and does fewer numbers than a vector holds. */
export function tanhConfig(): KernelConfig {
  const plain = plainConfig(Tanh);
  return {
    ...plain,
    kernelFunc: (call) => {
      const { x } = call.inputs;
      const size = util.sizeFromShape(x!.shape);
      if (x!.dtype !== 'float32' || size < 4) return plain.kernelFunc(call);
      const memory = new TensorMemory(call.backend);
      const out = memory.allocate(x!.shape);
      assembly.in(memory.memory).tanh(memory.address(x!), memory.address(out), 4 * size);
      return out;
    },
  };
}

/** The float32 of these bits. */
function ofBits(bits: number): number {
  return new Float32Array(Int32Array.of(bits).buffer)[0]!;
}

/**
 * tanh of `bytes` of numbers at `from`, at least four, to `to`: every result has the bits of the C library's `tanhf`, which the backend
 * calls number by number, so that saved runs hold.
 *
 * With t = e^(2|x|) - 1: tanh |x| = 1 - 2 / (t + 2) beyond LARGE and t / (t + 2) below; below SMALL the same with t = e^(-2|x|) - 1.
 * Source: musl 1.2, tanhf.c and expm1f.c, after Sun Microsystems' fdlibm (1993). Differs from source: its branches are lanes of one
 * computation (e^r - 1 for k = -1, 0 and 1 has the bits of the general case), and x is bounded by 10, where tanh x rounds to 1.
 */
function writeTanh(f: FunctionBuilder, ...parameters: I32[]): void {
  const [from, to, bytes] = parameters as [I32, I32, I32];
  const whole = f.let(i32.and(bytes, i32.const(-16 * ABREAST))).get;
  const many = tanhOf(f, ABREAST);
  f.loop(whole, 16 * ABREAST, (offset) => {
    const [source, target] = [f.let(i32.add(from, offset)).get, f.let(i32.add(to, offset)).get];
    const x = Array.from({ length: ABREAST }, (_, i) => f.let(v128.load(source, 16 * i)).get);
    for (const [i, y] of many(x).entries()) f.run(v128.store(target, y, 16 * i));
  });
  const one = tanhOf(f, 1);
  const last = f.let(i32.sub(bytes, i32.const(16))).get;
  f.loop(f.let(i32.sub(bytes, whole)).get, 16, (next) => {
    // The last vector overlaps the one before it where the count is no multiple of 4.
    const offset = f.let(i32.minU(i32.add(whole, next), last)).get;
    const [y] = one([f.let(v128.load(i32.add(from, offset))).get]);
    f.run(v128.store(i32.add(to, offset), y!));
  });
}

function tanhOf(f: FunctionBuilder, count: number): (x: Vectors) => Vectors {
  const each = abreast(f, count);
  const constant = (value: number): V128 => f.let(f32x4.all(value)).get;
  const { add, sub, mul, div, lt } = f32x4;
  const [half, one, two, three, six, ten] = [0.5, 1, 2, 3, 6, 10].map(constant) as [
    V128,
    V128,
    V128,
    V128,
    V128,
    V128,
  ];
  const [small, large, normal] = [0x3e82c578, 0x3f0c9f54, 0x00800000].map((bits) =>
    constant(ofBits(bits)),
  ) as [V128, V128, V128];
  // Half of log 2, and three halves of it, between which k is 1 or -1.
  const [near, far] = [constant(ofBits(0x3eb17218)), constant(ofBits(0x3f851592))];
  const [log2E, log2High, log2Low] = [
    constant(1.4426950216),
    constant(6.9313812256e-1),
    constant(9.0580006145e-6),
  ];
  const [q1, q2] = [constant(-3.3333212137e-2), constant(1.5807170421e-3)];
  const [exponent, precise] = [constant(EXPONENT), constant(23)];
  const sign = f.let(i32x4.all(SIGN)).get;
  return (x) => {
    const signs = each(v128.and, x, sign);
    const absolute = each(v128.xor, x, signs);
    const bounded = each(f32x4.pmin, absolute, ten);
    const double = each(add, bounded, bounded);
    const flipped = each((a) => v128.and(f32x4.le(a, small), sign), absolute);

    // e^argument - 1, argument = k log 2 + r + c, |r| at most half of log 2.
    const argument = each(v128.xor, double, flipped);
    const rounded = each((d) => f32x4.floor(add(mul(d, log2E), half)), double);
    const nearest = each((d) => v128.and(lt(near, d), one), double);
    const distance = each((n, r, d) => v128.bitselect(n, r, lt(d, far)), nearest, rounded, double);
    const k = each(v128.xor, distance, flipped);
    const high = each((a, n) => sub(a, mul(n, log2High)), argument, k);
    const low = each(mul, k, log2Low);
    const r = each(sub, high, low);
    const c = each((h, s, l) => sub(sub(h, s), l), high, r, low);
    const halfR = each(mul, r, half);
    const square = each(mul, r, halfR);
    const r1 = each((s) => add(one, mul(s, add(q1, mul(s, q2)))), square);
    const t = each((a, h) => sub(three, mul(a, h)), r1, halfR);
    const slope = each((s, a, b, v) => mul(s, div(sub(a, b), sub(six, mul(v, b)))), square, r1, t, r);
    const error = each((v, s, d, q) => sub(sub(mul(v, sub(s, d)), d), q), r, slope, c, square);
    const power = each((n) => i32x4.shl(add(n, exponent), 23), k);
    const inverse = each((n) => i32x4.shl(sub(exponent, n), 23), k);
    const sums = each((v, e, p) => add(sub(v, e), sub(one, p)), r, error, inverse);
    const farSums = each((v, e, p) => add(sub(v, add(e, p)), one), r, error, inverse);
    const grown = each((a, b, n, p) => mul(v128.bitselect(a, b, lt(n, precise)), p), sums, farSums, k, power);

    const isLarge = each((a) => lt(large, a), absolute);
    const share = each((g, m) => div(v128.bitselect(two, g, m), add(g, two)), grown, isLarge);
    const turned = each((s, b, m) => v128.bitselect(sub(one, s), v128.xor(s, b), m), share, flipped, isLarge);
    const result = each((y, a) => v128.bitselect(a, y, lt(a, normal)), turned, absolute);
    return each(v128.xor, result, signs);
  };
}
