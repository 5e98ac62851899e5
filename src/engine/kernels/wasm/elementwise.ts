/**
 * Comparisons, maximum, minimum and `tf.where` of floats on wasm. The backend's own work out the place of each element one by
 * one: ten times as slow, and two hundred times where an operand is broadcast.
 */
import type { KernelConfig, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { V128 } from '../../assembler/expression.ts';
import { f32x4, v128 } from '../../assembler/expression.ts';
import { RELU_GRADIENT, SIGMOID_GRADIENT, TANH_GRADIENT } from '../activation-gradients.ts';
import { Assembly } from '../../assembler/assembly.ts';
import type { Operands } from './elementwise-code.ts';
import { FLAGS_AT_A_TIME, writeArithmetic, writeComparison, writeSelect } from './elementwise-code.ts';
import { TensorMemory } from './memory.ts';
import { WASM, plainConfig, plainKernel } from './plain-kernel.ts';

const arithmetic = { Maximum: f32x4.max, Minimum: f32x4.min } as const;
const comparisons = {
  Equal: f32x4.eq,
  NotEqual: f32x4.ne,
  Less: f32x4.lt,
  LessEqual: f32x4.le,
  Greater: (x, y) => f32x4.lt(y, x),
  GreaterEqual: (x, y) => f32x4.le(y, x),
} as const satisfies Record<string, typeof f32x4.eq>;

type BinaryName = keyof typeof arithmetic | keyof typeof comparisons;

const variants: readonly Operands[] = ['both', 'left', 'right'];
const binaryNames = [...Object.keys(arithmetic), ...Object.keys(comparisons)] as BinaryName[];

/** dy where x > 0; a product, as its gradient on other backends is, so that -0 and NaN come out alike. */
function reluGradient(dy: V128, x: V128): V128 {
  return f32x4.mul(dy, v128.and(f32x4.lt(f32x4.all(0), x), f32x4.all(1)));
}

/** dy (y - y^2), rounded as the operations one by one are. */
function sigmoidGradient(dy: V128, y: V128): V128 {
  return f32x4.mul(dy, f32x4.sub(y, f32x4.mul(y, y)));
}

/** dy (1 - y^2), likewise. */
function tanhGradient(dy: V128, y: V128): V128 {
  return f32x4.mul(dy, f32x4.sub(f32x4.all(1), f32x4.mul(y, y)));
}

type Slope = 'ReluGradient' | 'SigmoidGradient' | 'TanhGradient';
type FunctionName = `${BinaryName} ${Operands}` | Slope | 'Select';

const assembly = new Assembly<FunctionName>(
  Object.fromEntries([
    ...binaryNames.flatMap((name) =>
      variants.map((operands) => {
        const write = isComparison(name)
          ? writeComparison(comparisons[name], operands)
          : writeArithmetic(arithmetic[name], operands);
        return [`${name} ${operands}`, [4, write]] as const;
      }),
    ),
    ['ReluGradient', [4, writeArithmetic(reluGradient, 'both')]],
    ['SigmoidGradient', [4, writeArithmetic(sigmoidGradient, 'both')]],
    ['TanhGradient', [4, writeArithmetic(tanhGradient, 'both')]],
    ['Select', [5, writeSelect]],
  ]) as ConstructorParameters<typeof Assembly<FunctionName>>[0],
);

/** The kernels; the plain ones must be registered, and do other types and few elements. */
export function elementwiseConfigs(): KernelConfig[] {
  return [
    ...binaryNames.map(binaryConfig),
    slopeConfig(RELU_GRADIENT, 'x', 'ReluGradient'),
    slopeConfig(SIGMOID_GRADIENT, 'y', 'SigmoidGradient'),
    slopeConfig(TANH_GRADIENT, 'y', 'TanhGradient'),
    selectConfig(),
  ];
}

function isComparison(name: BinaryName): name is keyof typeof comparisons {
  return name in comparisons;
}

function binaryConfig(name: BinaryName): KernelConfig {
  const plain = plainConfig(name);
  const tile = plainKernel(plainConfig(tf.Tile));
  const kernelFunc: KernelFunc = (call) => {
    const { a, b } = call.inputs;
    if (a?.dtype !== 'float32' || b?.dtype !== 'float32') return plain.kernelFunc(call);
    const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const size = tf.util.sizeFromShape(shape);
    if (size < FLAGS_AT_A_TIME) return plain.kernelFunc(call);
    const memory = new TensorMemory(call.backend);
    const isNumber = (x: TensorInfo): boolean => tf.util.sizeFromShape(x.shape) === 1;
    /** x where it is a number or as large as the output, else x repeated to that size. */
    const whole = (x: TensorInfo): TensorInfo => {
      if (isNumber(x) || tf.util.sizeFromShape(x.shape) === size) return x;
      const sides = [...Array<number>(shape.length - x.shape.length).fill(1), ...x.shape];
      const reps = sides.map((side, i) => shape[i]! / side);
      return tile(memory.backend, { x: { ...x, shape: sides } }, { reps });
    };
    const [left, right] = [whole(a), whole(b)];
    const out = memory.allocate(shape, isComparison(name) ? 'bool' : 'float32');
    const operands = isNumber(a) ? 'right' : isNumber(b) ? 'left' : 'both';
    const run = assembly.in(memory.memory)[`${name} ${operands}`];
    run(memory.address(left), memory.address(right), memory.address(out), 4 * size);
    if (left !== a) memory.dispose(left);
    if (right !== b) memory.dispose(right);
    return out;
  };
  return { ...plain, kernelFunc };
}

/** @param by name of the input beside dy */
function slopeConfig(kernelName: string, by: string, name: Slope): KernelConfig {
  return {
    kernelName,
    backendName: WASM,
    kernelFunc: (call) => {
      const [dy, x] = [call.inputs['dy']!, call.inputs[by]!];
      const memory = new TensorMemory(call.backend);
      const out = memory.allocate(x.shape);
      const [slopes, numbers, to] = [dy, x, out].map((t) => memory.address(t)) as [number, number, number];
      assembly.in(memory.memory)[name](slopes, numbers, to, 4 * tf.util.sizeFromShape(x.shape));
      return out;
    },
  };
}

function selectConfig(): KernelConfig {
  const plain = plainConfig(tf.Select);
  return {
    ...plain,
    kernelFunc: (call) => {
      const { condition, t, e } = call.inputs;
      if (condition === undefined || t?.dtype !== 'float32' || e?.dtype !== 'float32')
        return plain.kernelFunc(call);
      const size = tf.util.sizeFromShape(t.shape);
      const same = [condition, e].every((x) => tf.util.sizeFromShape(x.shape) === size);
      if (!same || size < 4) return plain.kernelFunc(call);
      const memory = new TensorMemory(call.backend);
      const out = memory.allocate(t.shape);
      const [flags, taken, other, to] = [condition, t, e, out].map((x) => memory.address(x)) as [
        number,
        number,
        number,
        number,
      ];
      assembly.in(memory.memory).Select(flags, taken, other, to, 4 * size);
      return out;
    },
  };
}
