/** Softmax and its gradient on wasm, without subnormal numbers: see `softmax-code.ts`. */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { Softmax, util } from '@tensorflow/tfjs-core';
import { SCALED_SOFTMAX, SOFTMAX_CURVATURE, SOFTMAX_GRADIENT } from '../scaled-softmax.ts';
import { TensorMemory } from './memory.ts';
import { WASM, plainConfig } from './plain-kernel.ts';
import { simdFunctions } from './simd.ts';
import { SHORT_ROWS } from './softmax-code.ts';

/** The kernel for `Softmax` on wasm. */
export function softmaxConfig(): KernelConfig {
  return {
    ...plainConfig(Softmax),
    kernelFunc: ({ inputs, backend }) => softmax(new TensorMemory(backend), inputs['logits']!, 1),
  };
}

export function scaledSoftmaxConfig(): KernelConfig {
  return {
    kernelName: SCALED_SOFTMAX,
    backendName: WASM,
    kernelFunc: ({ inputs, backend, attrs }) =>
      softmax(new TensorMemory(backend), inputs['logits']!, Number(attrs?.['scale'])),
  };
}

export function softmaxGradientConfig(): KernelConfig {
  return {
    kernelName: SOFTMAX_GRADIENT,
    backendName: WASM,
    kernelFunc: ({ inputs, backend, attrs }) =>
      softmaxGradient(new TensorMemory(backend), inputs['dy']!, inputs['y']!, Number(attrs?.['scale'])),
  };
}

export function softmaxCurvatureConfig(): KernelConfig {
  return {
    kernelName: SOFTMAX_CURVATURE,
    backendName: WASM,
    kernelFunc: ({ inputs, backend, attrs }) =>
      softmaxCurvature(
        new TensorMemory(backend),
        [inputs['u']!, inputs['dy']!, inputs['y']!],
        Number(attrs?.['scale']),
      ),
  };
}

/** softmax(scale x) on the last axis. */
export function softmax(memory: TensorMemory, x: TensorInfo, scale: number): TensorInfo {
  const columns = x.shape.at(-1) ?? 1;
  const rows = util.sizeFromShape(x.shape) / columns;
  const out = memory.allocate(x.shape);
  if (rows * columns === 0) return out;
  if (columns < 4) {
    shortSoftmax(memory, x, out, { rows, columns, scale });
    return out;
  }
  withNumber(memory, scale, (at) => {
    simdFunctions(memory.memory).softmax(memory.address(x), memory.address(out), rows, columns, at);
  });
  return out;
}

function softmaxGradient(memory: TensorMemory, dy: TensorInfo, y: TensorInfo, scale: number): TensorInfo {
  const columns = y.shape.at(-1) ?? 1;
  const rows = util.sizeFromShape(y.shape) / columns;
  const out = memory.allocate(y.shape);
  if (rows * columns === 0) return out;
  if (columns < 4) {
    shortGradient(memory.floats(dy), memory.floats(y), memory.floats(out), columns, scale);
    return out;
  }
  withNumber(memory, scale, (at) => {
    const [slopes, weights, to] = [dy, y, out].map((t) => memory.address(t)) as [number, number, number];
    simdFunctions(memory.memory).softmaxGradient(slopes, weights, to, rows, columns, at);
  });
  return out;
}

function softmaxCurvature(
  memory: TensorMemory,
  inputs: readonly [u: TensorInfo, dy: TensorInfo, y: TensorInfo],
  scale: number,
): TensorInfo {
  const { shape } = inputs[2];
  const columns = shape.at(-1) ?? 1;
  const rows = util.sizeFromShape(shape) / columns;
  const out = memory.allocate(shape);
  if (rows * columns === 0) return out;
  if (columns < 4) {
    const [u, dy, y] = inputs.map((x) => memory.floats(x)) as [Float32Array, Float32Array, Float32Array];
    shortCurvature(u, dy, y, memory.floats(out), columns, scale);
    return out;
  }
  withNumber(memory, scale, (at) => {
    const [u, dy, y] = inputs.map((x) => memory.address(x)) as [number, number, number];
    simdFunctions(memory.memory).softmaxCurvature(u, dy, y, memory.address(out), rows, columns, at);
  });
  return out;
}

/** Runs `use` with the address of a number. */
function withNumber(memory: TensorMemory, value: number, use: (address: number) => void): void {
  const scalar = memory.allocate([1]);
  memory.floats(scalar)[0] = value;
  use(memory.address(scalar));
  memory.dispose(scalar);
}

interface ShortRows {
  readonly rows: number;
  readonly columns: number;
  readonly scale: number;
}

/** Rows of fewer numbers than a vector has lanes, four rows at a time. */
function shortSoftmax(memory: TensorMemory, x: TensorInfo, out: TensorInfo, shape: ShortRows): void {
  const { rows, columns, scale } = shape;
  // Fewer rows are done in a place of their own.
  const room = (t: TensorInfo): TensorInfo =>
    rows < SHORT_ROWS ? memory.allocate([SHORT_ROWS, columns]) : t;
  const [from, to] = [room(x), room(out)];
  if (from !== x) memory.floats(from).fill(0).set(memory.floats(x));
  withNumber(memory, scale, (at) => {
    const { softmax1, softmax2, softmax3 } = simdFunctions(memory.memory);
    const run = [softmax1, softmax2, softmax3][columns - 1]!;
    run(memory.address(from), memory.address(to), Math.max(rows, SHORT_ROWS), at);
  });
  if (to !== out) {
    memory.floats(out).set(memory.floats(to).subarray(0, rows * columns));
    for (const place of [from, to]) memory.dispose(place);
  }
}

function shortGradient(
  dy: Float32Array,
  y: Float32Array,
  out: Float32Array,
  columns: number,
  scale: number,
): void {
  for (let start = 0; start < y.length; start += columns) {
    let mean = 0;
    for (let i = start; i < start + columns; i++) mean += dy[i]! * y[i]!;
    for (let i = start; i < start + columns; i++) out[i] = (dy[i]! - mean) * y[i]! * scale;
  }
}

function shortCurvature(
  u: Float32Array,
  dy: Float32Array,
  y: Float32Array,
  out: Float32Array,
  columns: number,
  scale: number,
): void {
  for (let start = 0; start < y.length; start += columns) {
    let [slope, direction] = [0, 0];
    for (let i = start; i < start + columns; i++) {
      slope += dy[i]! * y[i]!;
      direction += u[i]! * y[i]!;
    }
    for (let i = start; i < start + columns; i++)
      out[i] = (u[i]! * (dy[i]! - slope) - dy[i]! * direction) * scale;
  }
}
