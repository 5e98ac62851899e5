/** The reference and the fallback for the vector code: one number at a time in JavaScript. */
import { sineCosine } from './box-muller.ts';
import type { Float32Arithmetic } from './log.ts';
import { SIGNIFICAND_BITS, SQRT_HALF_BITS, logarithm } from './log.ts';
import type { Key } from './key.ts';
import { threefryFill } from './threefry.ts';

const { fround } = Math;
const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

// Rounding the double result of one +, - or * of float32 numbers gives the correctly rounded float32 result.
const scalar: Float32Arithmetic<number> = {
  all: fround,
  add: (x, y) => fround(x + y),
  sub: (x, y) => fround(x - y),
  mul: (x, y) => fround(x * y),
  split(x) {
    float[0] = x;
    const above = bits[0]! - SQRT_HALF_BITS;
    bits[0] = (above & SIGNIFICAND_BITS) + SQRT_HALF_BITS;
    return { significand: float[0], exponent: above >> 23 };
  },
  share: (x) => x,
};

export const log32 = logarithm(scalar);

export function fillUniform(key: Key, out: Float32Array): void {
  const words = new Uint32Array(out.length);
  threefryFill(words, key.words, [0, 0]);
  for (let i = 0; i < out.length; i++) out[i] = ((words[i]! >>> 9) + 0.5) * 2 ** -23;
}

export function fillGumbel(key: Key, out: Float32Array): void {
  fillUniform(key, out);
  for (let i = 0; i < out.length; i++) out[i] = -log32(-log32(out[i]!));
}

export function fillLogistic(key: Key, out: Float32Array): void {
  fillUniform(key, out);
  for (let i = 0; i < out.length; i++) out[i] = log32(out[i]!) - log32(1 - out[i]!);
}

export function fillNormal(key: Key, out: Float32Array): void {
  const uniforms = new Float32Array(out.length + (out.length & 1));
  fillUniform(key, uniforms);
  for (let i = 0; i < out.length; i += 2) {
    const radius = Math.sqrt(-2 * log32(uniforms[i]!));
    const [sine, cosine] = sineCosine(uniforms[i + 1]!);
    out[i] = radius * cosine;
    if (i + 1 < out.length) out[i + 1] = radius * sine;
  }
}
