/**
 * Random numbers in four lanes of WebAssembly SIMD, assembled here: 65 536 Gumbels in a few tenths of a millisecond on one
 * core, bit for bit those of `scalar.ts`.
 */
import { abreast, type Vectors } from '../assembler/abreast.ts';
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
/** Vectors of the loops that are worked on side by side. */
const ABREAST = 4;
/** Numbers made by one turn of the loop: two words for each counter. */
export const TURN = 8 * ABREAST;

interface VectorArithmetic extends Float32Arithmetic<Vectors> {
  neg(x: Vectors): Vectors;
  /** One vector that is used more than once. */
  keep(x: V128): V128;
}

/** Code for a transform of uniforms, with its constants ready. */
type Transform = (arithmetic: VectorArithmetic) => (uniforms: Vectors) => Vectors;

const transforms = {
  gumbel: (arithmetic) => {
    const log = logarithm(arithmetic);
    return (u) => arithmetic.neg(log(arithmetic.neg(log(u))));
  },
  logistic: (arithmetic) => {
    const log = logarithm(arithmetic);
    const one = arithmetic.all(1);
    return (u) => arithmetic.sub(log(u), log(arithmetic.sub(one, u)));
  },
  normal: (arithmetic) => boxMuller(arithmetic, arithmetic.keep),
} satisfies Record<string, Transform>;

export type Transformed = 'uniform' | keyof typeof transforms;

function sideBySide(f: FunctionBuilder): VectorArithmetic {
  const each = abreast(f, ABREAST);
  const constant = (value: V128): V128 => f.let(value).get;
  const base = constant(i32x4.all(SQRT_HALF_BITS));
  const significandBits = constant(i32x4.all(SIGNIFICAND_BITS));
  return {
    all: (value) => Array<V128>(ABREAST).fill(constant(f32x4.all(value))),
    add: (x, y) => each(f32x4.add, x, y),
    sub: (x, y) => each(f32x4.sub, x, y),
    mul: (x, y) => each(f32x4.mul, x, y),
    neg: (x) => each(f32x4.neg, x),
    split(x) {
      const above = each(i32x4.sub, x, base);
      return {
        significand: each((bits) => i32x4.add(v128.and(bits, significandBits), base), above),
        exponent: each((bits) => f32x4.convert(i32x4.shrS(bits, 23)), above),
      };
    },
    share: (x) => x,
    keep: constant,
  };
}

/** (n + 1/2) / 2^23 with n the upper 23 bits of each word: see `fillUniform`. */
function toUniform(f: FunctionBuilder): (words: V128) => V128 {
  const [half, unit] = [f.let(f32x4.all(0.5)).get, f.let(f32x4.all(2 ** -23)).get];
  return (words) => f32x4.mul(f32x4.add(f32x4.convert(i32x4.shrU(words, 9)), half), unit);
}

/** Writes the uniforms of counters (first, 0), (first + 1, 0), ... to `bytes` from the address `to` on. */
function writeUniforms(f: FunctionBuilder, ...parameters: I32[]): void {
  const [k0, k1, first, to, bytes] = parameters as [I32, I32, I32, I32, I32];
  const constant = (value: V128): V128 => f.let(value).get;
  const uniform = toUniform(f);
  const key = [k0, k1, i32.xor(i32.xor(k0, k1), i32.const(PARITY))].map((word) =>
    constant(i32x4.splat(word)),
  );
  const injections = [1, 2, 3, 4, 5].map((n) => constant(i32x4.add(key[(n + 1) % 3]!, i32x4.all(n))));
  const four = constant(i32x4.all(4));
  // Counters with the first word of the key added, which is how they enter the rounds.
  const next = f.let(i32x4.add(i32x4.add(i32x4.splat(first), i32x4.const(0, 1, 2, 3)), key[0]!));
  f.loop(bytes, 4 * TURN, (offset) => {
    const blocks = Array.from({ length: ABREAST }, () => {
      const block = { x: f.let(i32x4.add(next.get, key[1]!)), y: f.let(key[1]!) };
      f.set(next, i32x4.add(next.get, four));
      return block;
    });
    for (let round = 0; round < 20; round++) {
      const left = ROTATIONS[round % 8]!;
      if (round > 0) for (const { x, y } of blocks) f.set(x, i32x4.add(x.get, y.get));
      for (const { x, y } of blocks)
        f.set(y, v128.xor(v128.or(i32x4.shl(y.get, left), i32x4.shrU(y.get, 32 - left)), x.get));
      if (round % 4 !== 3) continue;
      const n = (round + 1) / 4;
      for (const { x, y } of blocks) {
        f.set(x, i32x4.add(x.get, key[n % 3]!));
        f.set(y, i32x4.add(y.get, injections[n - 1]!));
      }
    }
    const target = f.let(i32.add(to, offset)).get;
    for (const [i, { x, y }] of blocks.entries()) {
      // x0 y0 x1 y1, then x2 y2 x3 y3: the order of `threefryFill`.
      f.run(v128.store(target, uniform(v128.shuffle(x.get, y.get, [0, 4, 1, 5])), 32 * i));
      f.run(v128.store(target, uniform(v128.shuffle(x.get, y.get, [2, 6, 3, 7])), 32 * i + 16));
    }
  });
}

/** Transforms `bytes` of numbers from an address on in place: a loop of its own, as its constants fill the registers. */
function writeTransform(transform: Transform): Writer {
  return (f, ...parameters) => {
    const [to, bytes] = parameters as [I32, I32];
    const transformed = transform(sideBySide(f));
    f.loop(bytes, 16 * ABREAST, (offset) => {
      const target = f.let(i32.add(to, offset)).get;
      const uniforms = Array.from({ length: ABREAST }, (_, i) => f.let(v128.load(target, 16 * i)).get);
      for (const [i, number] of transformed(uniforms).entries()) f.run(v128.store(target, number, 16 * i));
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
 * Writes numbers `first`, first + 1, ... of a key's stream to an address of a memory: `count` of them, and up to TURN - 1 more.
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
