/**
 * Expressions of a WebAssembly function: code that leaves one value on the stack. Names are those of the WebAssembly
 * specification (https://webassembly.github.io/spec/core/, chapter "Instructions"); only what our kernels use is here.
 *
 * An expression is code, not a value: using it twice computes it twice. `FunctionBuilder.let` keeps it in a local.
 */

/** Four lanes of 32 bits (`v128`), or one 32-bit integer (`i32`). */
export type ValueType = 'i32' | 'v128';

export interface Expression<T extends ValueType = ValueType> {
  readonly type: T;
  readonly code: readonly number[];
}

export type I32 = Expression<'i32'>;
export type V128 = Expression<'v128'>;

/** LEB128 of an unsigned integer. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}

/** LEB128 of a signed 32-bit integer. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (; rest < -64 || rest > 63; rest >>= 7) bytes.push((rest & 127) | 128);
  return [...bytes, rest & 127];
}

function i32Of(opcode: number, ...operands: Expression[]): I32 {
  return { type: 'i32', code: [...operands.flatMap(({ code }) => code), opcode] };
}

/** A vector instruction; `immediate` bytes follow its opcode. */
function v128Of(opcode: number, operands: readonly Expression[], immediate: readonly number[] = []): V128 {
  return {
    type: 'v128',
    code: [...operands.flatMap(({ code }) => code), 0xfd, ...unsigned(opcode), ...immediate],
  };
}

const unary =
  (opcode: number) =>
  (x: V128): V128 =>
    v128Of(opcode, [x]);
const binary =
  (opcode: number) =>
  (x: V128, y: V128): V128 =>
    v128Of(opcode, [x, y]);
const shift =
  (opcode: number) =>
  (x: V128, bits: number): V128 =>
    v128Of(opcode, [x, i32.const(bits)]);

/** Alignment (as a power of 2) and offset of a memory access. */
const aligned = (offset: number): number[] => [2, ...unsigned(offset)];

export const i32 = {
  const: (value: number): I32 => ({ type: 'i32', code: [0x41, ...signed(value)] }),
  /** The integer at an address. */
  load: (address: I32, offset = 0): I32 => ({
    type: 'i32',
    code: [...address.code, 0x28, ...aligned(offset)],
  }),
  /** A statement that stores an integer. */
  store: (address: I32, value: I32, offset = 0): readonly number[] => [
    ...address.code,
    ...value.code,
    0x36,
    ...aligned(offset),
  ],
  add: (x: I32, y: I32): I32 => i32Of(0x6a, x, y),
  sub: (x: I32, y: I32): I32 => i32Of(0x6b, x, y),
  mul: (x: I32, y: I32): I32 => i32Of(0x6c, x, y),
  and: (x: I32, y: I32): I32 => i32Of(0x71, x, y),
  xor: (x: I32, y: I32): I32 => i32Of(0x73, x, y),
  shrU: (x: I32, bits: number): I32 => i32Of(0x76, x, i32.const(bits)),
  ltU: (x: I32, y: I32): I32 => i32Of(0x49, x, y),
  /** The smaller of two unsigned integers; computes both twice. */
  minU: (x: I32, y: I32): I32 => i32Of(0x1b, x, y, i32.ltU(x, y)),
};

export const v128 = {
  load: (address: I32, offset = 0): V128 => v128Of(0x00, [address], aligned(offset)),
  /** `into` with the number at an address in one of its lanes. */
  loadLane: (address: I32, into: V128, lane: number, offset = 0): V128 =>
    v128Of(0x56, [address, into], [...aligned(offset), lane]),
  /** A statement that stores one lane. */
  storeLane: (address: I32, value: V128, lane = 0, offset = 0): readonly number[] =>
    v128Of(0x5a, [address, value], [...aligned(offset), lane]).code,
  /** 32 bits at an address in the first lane, 0 in the others. */
  loadFirst: (address: I32, offset = 0): V128 => v128Of(0x5c, [address], aligned(offset)),
  /** The number at an address, in every lane. */
  loadSplat: (address: I32, offset = 0): V128 => v128Of(0x09, [address], aligned(offset)),
  /** A statement: code that leaves nothing on the stack. */
  store: (address: I32, value: V128, offset = 0): readonly number[] =>
    v128Of(0x0b, [address, value], aligned(offset)).code,
  and: binary(0x4e),
  or: binary(0x50),
  xor: binary(0x51),
  /** The bits of `x` where `mask` is 0. */
  andnot: (x: V128, mask: V128): V128 => v128Of(0x4f, [x, mask]),
  /** The bits of `x` where `mask` is 1, of `y` elsewhere. */
  bitselect: (x: V128, y: V128, mask: V128): V128 => v128Of(0x52, [x, y, mask]),
  /** Lanes of 32 bits by number: 0 to 3 from `x`, 4 to 7 from `y`. */
  shuffle: (x: V128, y: V128, lanes: readonly [number, number, number, number]): V128 =>
    v128Of(
      0x0d,
      [x, y],
      lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)),
    ),
};

/** Sixteen bytes. */
export const i8x16 = {
  /** The 16 lanes of four vectors, each -1 or 0, as bytes. */
  narrow: (a: V128, b: V128, c: V128, d: V128): V128 => {
    const halves = [v128Of(0x85, [a, b]), v128Of(0x85, [c, d])];
    return v128Of(0x65, halves);
  },
  all: (value: number): V128 => v128Of(0x0c, [], Array<number>(16).fill(value)),
};

export const i32x4 = {
  /** The first four bytes, unsigned, as integers. */
  extend: (bytes: V128): V128 => v128Of(0xa9, [v128Of(0x89, [bytes])]),
  neg: unary(0xa1),
  const: (...lanes: [number, number, number, number]): V128 =>
    v128Of(0x0c, [], [...new Uint8Array(Int32Array.from(lanes).buffer)]),
  splat: (x: I32): V128 => v128Of(0x11, [x]),
  all: (value: number): V128 => i32x4.const(value, value, value, value),
  add: binary(0xae),
  sub: binary(0xb1),
  /** Lanes of 1 bits where x < y, signed. */
  ltS: binary(0x39),
  minS: binary(0xb6),
  shl: shift(0xab),
  shrS: shift(0xac),
  shrU: shift(0xad),
};

export const f32x4 = {
  all: (value: number): V128 =>
    v128Of(0x0c, [], [...new Uint8Array(Float32Array.of(value, value, value, value).buffer)]),
  add: binary(0xe4),
  sub: binary(0xe5),
  mul: binary(0xe6),
  div: binary(0xe7),
  /** y where x < y, else x: so x where either is NaN. One instruction, where `max` is eight. */
  pmax: binary(0xeb),
  /** y where y < x, else x: so x where either is NaN. */
  pmin: binary(0xea),
  floor: unary(0x68),
  ne: binary(0x42),
  le: binary(0x45),
  /** NaN if either is. */
  max: binary(0xe9),
  min: binary(0xe8),
  abs: unary(0xe0),
  neg: unary(0xe1),
  sqrt: unary(0xe3),
  /** Towards 0. */
  trunc: unary(0x69),
  /** Lanes of 1 bits where x = y. */
  eq: binary(0x41),
  /** Lanes of 1 bits where x < y. */
  lt: binary(0x43),
  /** From signed integers, rounded to nearest. */
  convert: unary(0xfa),
};

/** Two lanes of 64 bits. */
export const f64x2 = {
  all: (value: number): V128 => v128Of(0x0c, [], [...new Uint8Array(Float64Array.of(value, value).buffer)]),
  /** The first two lanes of 32 bits as doubles. */
  promote: unary(0x5f),
  /** Both lanes, rounded, in the first two of 32 bits; 0 in the others. */
  demote: unary(0x5e),
  floor: unary(0x75),
  sqrt: unary(0xef),
  add: binary(0xf0),
  sub: binary(0xf1),
  mul: binary(0xf2),
  /** Lanes of 1 bits where x = y. */
  eq: binary(0x47),
};
