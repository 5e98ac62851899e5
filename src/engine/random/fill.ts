/** Random numbers into typed arrays, computed on the host: the same bits on every backend. */
import type { Key } from './key.ts';
import * as scalar from './scalar.ts';
import { threefryFill } from './threefry.ts';
import { vectorFill, type Transformed, type VectorFill } from './vector.ts';

const reference: Record<Transformed, (key: Key, out: Float32Array) => void> = {
  uniform: scalar.fillUniform,
  gumbel: scalar.fillGumbel,
  logistic: scalar.fillLogistic,
  normal: scalar.fillNormal,
};
let fill: VectorFill | undefined;

function filled(kind: Transformed, key: Key, out: Float32Array): void {
  fill ??= vectorFill() ?? ((name, ...args) => reference[name](...args));
  fill(kind, key, out);
}

/**
 * Uniforms strictly inside (0, 1), also after rounding to float32: (n + 1/2) / 2^23 with n < 2^23 needs 24 bits at most.
 * With 2^24 the largest would round to 1 and -log(-log(u)) to infinity.
 */
export function fillUniform(key: Key, out: Float32Array): void {
  filled('uniform', key, out);
}

/** Standard Gumbel, -log(-log(u)): mean 0.5772, between -2.8 and 16.7. */
export function fillGumbel(key: Key, out: Float32Array): void {
  filled('gumbel', key, out);
}

/** Standard logistic, log(u / (1 - u)): the difference of two Gumbels, between -16.7 and 16.7. */
export function fillLogistic(key: Key, out: Float32Array): void {
  filled('logistic', key, out);
}

/** Standard normal by Box-Muller: a fixed two uniforms for two normals, so that counts never depend on the values. */
export function fillNormal(key: Key, out: Float32Array): void {
  filled('normal', key, out);
}

/** `count` integers in [0, bound), bound <= 2^32: multiply-shift, whose bias is below bound / 2^32 (2e-5 at 100 000). */
export function randomIntegers(key: Key, count: number, bound: number): Int32Array {
  const words = new Uint32Array(count);
  threefryFill(words, key.words, [0, 0]);
  const out = new Int32Array(count);
  for (let i = 0; i < count; i++) out[i] = Math.floor((words[i]! / 2 ** 32) * bound);
  return out;
}

/** A uniformly random permutation of 0 .. n-1 (Fisher-Yates). */
export function permutation(key: Key, n: number): Int32Array {
  const words = new Uint32Array(n);
  threefryFill(words, key.words, [0, 0]);
  const out = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor((words[i]! / 2 ** 32) * (i + 1));
    const held = out[i]!;
    out[i] = out[j]!;
    out[j] = held;
  }
  return out;
}
