/**
 * Random numbers in four lanes of WebAssembly SIMD, assembled here: 65 536 Gumbels in a few tenths of a millisecond on one
 * core, bit for bit those of `scalar.ts`.
 */
import { Assembly } from '../assembler/assembly.ts';
import type { Writer } from '../assembler/assembly.ts';
import { f32x4, i32, i32x4, v128 } from '../assembler/expression.ts';
import type { I32, V128 } from '../assembler/expression.ts';
import type { FunctionBuilder } from '../assembler/module.ts';
import { boxMuller } from './box-muller.ts';
import type { Key } from './key.ts';
import type { Float32Arithmetic } from './log.ts';
import { SIGNIFICAND_BITS, SQRT_HALF_BITS, logarithm } from './log.ts';
import { PARITY, ROTATIONS } from './threefry.ts';

/** Numbers made at a time: their 16 KiB stay in the nearest cache between the two loops. */
const CHUNK = 4096;
/** Numbers made by one turn of the loop: two words for each of four counters. */
export const TURN = 8;

/** Code for a transform of four uniforms, with its constants ready. */
type Transform = (arithmetic: Float32Arithmetic<V128>) => (uniforms: V128) => V128;

const transforms = {
  gumbel: (arithmetic) => {
    const log = logarithm(arithmetic);
    return (u) => f32x4.neg(log(f32x4.neg(log(u))));
  },
  logistic: (arithmetic) => {
    const log = logarithm(arithmetic);
    const one = arithmetic.all(1);
    return (u) => f32x4.sub(log(u), log(f32x4.sub(one, u)));
  },
  normal: boxMuller,
} satisfies Record<string, Transform>;

export type Transformed = 'uniform' | keyof typeof transforms;

function lanes(f: FunctionBuilder): Float32Arithmetic<V128> {
  const constant = (value: V128): V128 => f.let(value).get;
  const base = constant(i32x4.all(SQRT_HALF_BITS));
  const significandBits = constant(i32x4.all(SIGNIFICAND_BITS));
  return {
    ...f32x4,
    all: (value) => constant(f32x4.all(value)),
    split(x) {
      const above = f.let(i32x4.sub(x, base)).get;
      return {
        significand: i32x4.add(v128.and(above, significandBits), base),
        exponent: f32x4.convert(i32x4.shrS(above, 23)),
      };
    },
    share: (x) => f.let(x).get,
  };
}

/** (n + 1/2) / 2^23 with n the upper 23 bits of each word: see `fillUniform`. */
function toUniform({ all, add, mul }: Float32Arithmetic<V128>): (words: V128) => V128 {
  const [half, unit] = [all(0.5), all(2 ** -23)];
  return (words) => mul(add(f32x4.convert(i32x4.shrU(words, 9)), half), unit);
}

/** Writes the uniforms of counters (first, 0), (first + 1, 0), ... to `bytes` from the address `to` on. */
function writeUniforms(f: FunctionBuilder, ...parameters: I32[]): void {
  const [k0, k1, first, to, bytes] = parameters as [I32, I32, I32, I32, I32];
  const constant = (value: V128): V128 => f.let(value).get;
  const uniform = toUniform(lanes(f));
  const key = [k0, k1, i32.xor(i32.xor(k0, k1), i32.const(PARITY))].map((word) =>
    constant(i32x4.splat(word)),
  );
  const injections = [1, 2, 3, 4, 5].map((n) => constant(i32x4.add(key[(n + 1) % 3]!, i32x4.all(n))));
  const four = constant(i32x4.all(4));
  // Counters with the first word of the key added, which is how they enter the rounds.
  const start = f.let(i32x4.add(i32x4.add(i32x4.splat(first), i32x4.const(0, 1, 2, 3)), key[0]!));
  f.loop(bytes, 4 * TURN, (offset) => {
    const x = f.let(i32x4.add(start.get, key[1]!));
    const y = f.let(key[1]!);
    for (let round = 0; round < 20; round++) {
      const left = ROTATIONS[round % 8]!;
      if (round > 0) f.set(x, i32x4.add(x.get, y.get));
      f.set(y, v128.xor(v128.or(i32x4.shl(y.get, left), i32x4.shrU(y.get, 32 - left)), x.get));
      if (round % 4 === 3) {
        const n = (round + 1) / 4;
        f.set(x, i32x4.add(x.get, key[n % 3]!));
        f.set(y, i32x4.add(y.get, injections[n - 1]!));
      }
    }
    f.set(start, i32x4.add(start.get, four));
    // x0 y0 x1 y1, then x2 y2 x3 y3: the order of `threefryFill`.
    const target = f.let(i32.add(to, offset)).get;
    f.run(v128.store(target, uniform(v128.shuffle(x.get, y.get, [0, 4, 1, 5]))));
    f.run(v128.store(target, uniform(v128.shuffle(x.get, y.get, [2, 6, 3, 7])), 16));
  });
}

/** Transforms `bytes` of numbers from an address on in place: a loop of its own, as its constants fill the registers. */
function writeTransform(transform: Transform): Writer {
  return (f, ...parameters) => {
    const [to, bytes] = parameters as [I32, I32];
    const transformed = transform(lanes(f));
    f.loop(bytes, 16, (offset) => {
      const target = f.let(i32.add(to, offset)).get;
      f.run(v128.store(target, transformed(f.let(v128.load(target)).get)));
    });
  };
}

const assembly = new Assembly<Transformed>({
  uniform: [5, writeUniforms],
  gumbel: [2, writeTransform(transforms.gumbel)],
  logistic: [2, writeTransform(transforms.logistic)],
  normal: [2, writeTransform(transforms.normal)],
});

/**
 * Writes numbers `first`, first + 1, ... of a key's stream to an address of a memory: `count` of them, and up to seven more.
 * @param first even
 */
export function fillAt(
  memory: WebAssembly.Memory,
  kind: Transformed,
  { words: [k0, k1] }: Key,
  { address, first, count }: { readonly address: number; readonly first: number; readonly count: number },
): void {
  const functions = assembly.in(memory);
  for (let start = 0; start < count; start += CHUNK) {
    const bytes = 4 * TURN * Math.ceil(Math.min(CHUNK, count - start) / TURN);
    const to = address + 4 * start;
    functions.uniform(k0, k1, (first + start) / 2, to, bytes);
    if (kind !== 'uniform') functions[kind](to, bytes);
  }
}

export type VectorFill = (kind: Transformed, key: Key, out: Float32Array) => void;

/** The fills, or undefined where WebAssembly or its SIMD is missing. */
export function vectorFill(): VectorFill | undefined {
  if (typeof WebAssembly === 'undefined' || !assembly.runsHere) return undefined;
  const memory = new WebAssembly.Memory({ initial: 1 });
  const numbers = new Float32Array(memory.buffer);
  return (kind, key, out) => {
    for (let first = 0; first < out.length; first += CHUNK) {
      const count = Math.min(CHUNK, out.length - first);
      fillAt(memory, kind, key, { address: 0, first, count });
      out.set(numbers.subarray(0, count), first);
    }
  };
}
