/**
 * Sums, differences, products and quotients on wasm of tensors of one shape or a tensor and a number (`pointwise.ts`), of a matrix and
 * a number a row, [..., n] and [..., 1], which every softmax, score and centred gradient does, and of a matrix and one row for all,
 * [..., n] and [n], as biases are. The backend's own work out the place of each element one by one.
 */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { util } from '@tensorflow/tfjs-core';
import { Assembly, type Writer } from '../../assembler/assembly.ts';
import type { I32, V128 } from '../../assembler/expression.ts';
import { i32, v128 } from '../../assembler/expression.ts';
import { TensorMemory } from './memory.ts';
import { plainConfig } from './plain-kernel.ts';
import { operations, pointwise, type ArithmeticName } from './pointwise.ts';
import { rowsOf } from './rows.ts';

type Name = ArithmeticName;

/** Numbers of a row at least: one vector. */
const SHORTEST = 4;

/** Which operand is the left one. */
type FunctionName = `${Name} ${'matrix' | 'number' | 'matrix, row' | 'row'}`;

const assembly = new Assembly<FunctionName>(
  Object.fromEntries(
    (Object.keys(operations) as Name[]).flatMap((name) => [
      [`${name} matrix`, [5, write(operations[name])] as const],
      [`${name} number`, [5, write((x, y) => operations[name](y, x))] as const],
      [`${name} matrix, row`, [5, writeWithRow(operations[name])] as const],
      [`${name} row`, [5, writeWithRow((x, y) => operations[name](y, x))] as const],
    ]),
  ) as ConstructorParameters<typeof Assembly<FunctionName>>[0],
);

/** to = operation(matrix [rows, columns], the row's number); columns at least 4. */
function write(operation: (x: V128, y: V128) => V128): Writer {
  return (f, ...parameters) => {
    const [matrix, numbers, to, rows, columns] = parameters as [I32, I32, I32, I32, I32];
    const { rowBytes, along } = rowsOf(f, columns);
    const line = f.let(i32.const(0));
    f.loop(i32.mul(rows, i32.const(4)), 4, (row) => {
      const number = f.let(v128.loadSplat(i32.add(numbers, row))).get;
      along((offset) => {
        const at = f.let(i32.add(line.get, offset)).get;
        f.run(v128.store(i32.add(to, at), operation(v128.load(i32.add(matrix, at)), number)));
      });
      f.set(line, i32.add(line.get, rowBytes));
    });
  };
}

/** to = operation(matrix [rows, columns], the row at `row`); columns at least 4. */
export function writeWithRow(operation: (x: V128, y: V128) => V128): Writer {
  return (f, ...parameters) => {
    const [matrix, row, to, rows, columns] = parameters as [I32, I32, I32, I32, I32];
    const { rowBytes, along } = rowsOf(f, columns);
    const line = f.let(i32.const(0));
    f.loop(i32.mul(rows, i32.const(4)), 4, () => {
      along((offset) => {
        const at = f.let(i32.add(line.get, offset)).get;
        const number = v128.load(i32.add(row, offset));
        f.run(v128.store(i32.add(to, at), operation(v128.load(i32.add(matrix, at)), number)));
      });
      f.set(line, i32.add(line.get, rowBytes));
    });
  };
}

/** The kernels; the plain ones must be registered, and do all other types and shapes. */
export function rowArithmeticConfigs(): KernelConfig[] {
  return (Object.keys(operations) as Name[]).map((name) => {
    const plain = plainConfig(name);
    return {
      ...plain,
      kernelFunc: (call) => {
        const { a, b } = call.inputs;
        if (a?.dtype !== 'float32' || b?.dtype !== 'float32') return plain.kernelFunc(call);
        const memory = new TensorMemory(call.backend);
        const alike = pointwise(memory, name, a, b);
        if (alike !== undefined) return alike;
        if (sharesRow(a, b)) return withRow(memory, `${name} matrix, row`, a, b);
        if (sharesRow(b, a)) return withRow(memory, `${name} row`, b, a);
        const first = hasNumberARow(a, b);
        if (!first && !hasNumberARow(b, a)) return plain.kernelFunc(call);
        const [matrix, numbers] = first ? [a, b] : [b, a];
        const out = memory.allocate(matrix.shape);
        const columns = matrix.shape.at(-1)!;
        const rows = util.sizeFromShape(matrix.shape) / columns;
        const run = assembly.in(memory.memory)[`${name} ${first ? 'matrix' : 'number'}`];
        run(memory.address(matrix), memory.address(numbers), memory.address(out), rows, columns);
        return out;
      },
    };
  });
}

/** A short row is repeated to about this many numbers, and stands for as many rows. */
const LONG_ROW = 64;

function withRow(memory: TensorMemory, name: FunctionName, matrix: TensorInfo, row: TensorInfo): TensorInfo {
  const out = memory.allocate(matrix.shape);
  const columns = matrix.shape.at(-1)!;
  const rows = util.sizeFromShape(matrix.shape) / columns;
  const times = Math.max(Math.floor(LONG_ROW / columns), 1);
  const long = memory.allocate([times * columns]);
  const [from, to] = [memory.floats(row), memory.floats(long)];
  for (let i = 0; i < times; i++) to.set(from, i * columns);
  const run = assembly.in(memory.memory)[name];
  const whole = Math.floor(rows / times);
  const rest = rows - whole * times;
  const [x, numbers, y] = [matrix, long, out].map((tensor) => memory.address(tensor)) as [
    number,
    number,
    number,
  ];
  const done = 4 * whole * times * columns;
  run(x, numbers, y, whole, times * columns);
  if (rest > 0) run(x + done, numbers, y + done, rest, columns);
  memory.dispose(long);
  return out;
}

/** Whether the second is one row for all rows of the first, and not all there is. */
function sharesRow({ shape }: TensorInfo, row: TensorInfo): boolean {
  const columns = shape.at(-1) ?? 0;
  return (
    columns >= SHORTEST &&
    shape.length > 1 &&
    row.shape.length <= shape.length &&
    row.shape.at(-1) === columns &&
    util.sizeFromShape(row.shape) === columns &&
    util.sizeFromShape(shape) > columns
  );
}

function hasNumberARow({ shape }: TensorInfo, numbers: TensorInfo): boolean {
  const last = shape.length - 1;
  if (numbers.shape.length !== shape.length || numbers.shape[last] !== 1 || shape[last]! < SHORTEST)
    return false;
  return shape.every((side, axis) => axis === last || side === numbers.shape[axis]);
}
