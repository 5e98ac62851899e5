/**
 * Sums, differences, products and quotients on wasm of tensors of one shape, and of a tensor and a number. The backend's own copy the
 * shapes into the memory and look both tensors up before each: for small tensors that takes longer than the arithmetic.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { util } from '@tensorflow/tfjs-core';
import { Assembly } from '../../assembler/assembly.ts';
import { f32x4 } from '../../assembler/expression.ts';
import { writeArithmetic, type Operands } from './elementwise-code.ts';
import type { TensorMemory } from './memory.ts';

export const operations = {
  Add: f32x4.add,
  Sub: f32x4.sub,
  Multiply: f32x4.mul,
  RealDiv: f32x4.div,
} as const;
export type ArithmeticName = keyof typeof operations;

/** The same for fewer numbers than a vector holds: rounded once, as a float64 has more than twice the digits. */
const scalars: Readonly<Record<ArithmeticName, (x: number, y: number) => number>> = {
  Add: (x, y) => x + y,
  Sub: (x, y) => x - y,
  Multiply: (x, y) => x * y,
  RealDiv: (x, y) => x / y,
};

type FunctionName = `${ArithmeticName} ${Operands}`;

const assembly = new Assembly<FunctionName>(
  Object.fromEntries(
    (Object.keys(operations) as ArithmeticName[]).flatMap((name) =>
      (['both', 'left', 'right'] as const).map((operands) => [
        `${name} ${operands}`,
        [4, writeArithmetic(operations[name], operands)] as const,
      ]),
    ),
  ) as ConstructorParameters<typeof Assembly<FunctionName>>[0],
);

/** a and b, both float32, in the named operation; undefined where their shapes are of another kind. */
export function pointwise(
  memory: TensorMemory,
  name: ArithmeticName,
  a: TensorInfo,
  b: TensorInfo,
): TensorInfo | undefined {
  const operands = operandsOf(a.shape, b.shape);
  if (operands === undefined) return undefined;
  const out = memory.allocate(operands === 'right' ? b.shape : a.shape);
  const size = util.sizeFromShape(out.shape);
  if (size >= 4) {
    const run = assembly.in(memory.memory)[`${name} ${operands}`];
    run(memory.address(a), memory.address(b), memory.address(out), 4 * size);
    return out;
  }
  const [left, right, to] = [memory.floats(a), memory.floats(b), memory.floats(out)];
  for (let i = 0; i < size; i++)
    to[i] = scalars[name](left[operands === 'right' ? 0 : i]!, right[operands === 'left' ? 0 : i]!);
  return out;
}

/** Which of them are tensors of the output's shape, the other a single number. */
function operandsOf(a: number[], b: number[]): Operands | undefined {
  if (util.arraysEqual(a, b)) return 'both';
  if (b.length <= a.length && util.sizeFromShape(b) === 1) return 'left';
  if (a.length <= b.length && util.sizeFromShape(a) === 1) return 'right';
  return undefined;
}
