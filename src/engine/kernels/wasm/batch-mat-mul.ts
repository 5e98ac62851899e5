/**
 * Matrix product on wasm with transposed operands and batches at the speed of the plain product.
 *
 * The backend hands only one [n, k] x [k, m] to XNNPACK (37 GFLOP/s on one core); a transposed operand or a batch of
 * matrices takes a scalar loop (1.5 to 4 GFLOP/s), and every gradient of a matrix product has a transposed operand. So
 * transpose first, fold a batch of left matrices that share the right one into one tall matrix, and take any other batch
 * matrix by matrix.
 */
import type { KernelBackend, KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { BatchMatMul, Tile, Transpose, broadcast_util, util } from '@tensorflow/tfjs-core';
import { AppError } from '../../../shared/errors.ts';
import { plainConfig, plainKernel } from './plain-kernel.ts';

/** Multiplications a matrix below which copying it out of its batch costs more than the scalar loop. */
const COPYING_PAYS = 2 ** 15;

/** The kernel for `BatchMatMul` on wasm; the plain one must be registered. */
export function batchMatMulConfig(): KernelConfig {
  const config = plainConfig(BatchMatMul);
  const multiply = plainKernel(config);
  const transpose = plainKernel(plainConfig(Transpose));
  const tile = plainKernel(plainConfig(Tile));

  /** x as [batch, rows, columns], where batch is 1 or the product of `outer`; made anew only where it has to be. */
  function matrices(call: Call, { x, transposed }: Operand, outer: readonly number[]): TensorInfo {
    const batch = [...Array<number>(outer.length + 2 - x.shape.length).fill(1), ...x.shape.slice(0, -2)];
    let y: TensorInfo = { ...x, shape: [...batch, ...x.shape.slice(-2)] };
    if (transposed && y.shape.slice(-2).includes(1)) {
      y = { ...y, shape: [...batch, x.shape.at(-1)!, x.shape.at(-2)!] };
    } else if (transposed) {
      const perm = [...batch.keys(), batch.length + 1, batch.length];
      y = call.keep(transpose(call.backend, { x: y }, { perm }));
    }
    if (util.sizeFromShape(batch) !== 1 && batch.some((side, i) => side !== outer[i])) {
      // The plain kernel repeats the shorter batch from its start, which is wrong for [2, 1] against [2, 3].
      const reps = [...batch.map((side, i) => (side === outer[i] ? 1 : outer[i]!)), 1, 1];
      y = call.keep(tile(call.backend, { x: y }, { reps }));
    }
    return { ...y, shape: [util.sizeFromShape(y.shape.slice(0, -2)), ...y.shape.slice(-2)] };
  }

  function product(call: Call, a: TensorInfo, b: TensorInfo): TensorInfo {
    return multiply(call.backend, { a, b: call.asRight(b) }, { transposeA: false, transposeB: false });
  }

  function matrixByMatrix(call: Call, a: TensorInfo, b: TensorInfo, batch: number): TensorInfo {
    const [n, m] = [a.shape[1]!, b.shape[2]!];
    const values = new Float32Array(batch * n * m);
    const left = call.matrixAt(a);
    const right = call.matrixAt(b);
    for (let i = 0; i < batch; i++) {
      const operands = [left(i), right(i)] as const;
      const out = product(call, ...operands);
      values.set(call.backend.readSync(out.dataId) as Float32Array, i * n * m);
      for (const x of [...operands, out]) call.backend.disposeData(x.dataId);
    }
    return call.write(values, [batch, n, m]);
  }

  function run(call: Call, a: Operand, b: Operand): TensorInfo {
    const outer = broadcast_util.assertAndGetBroadcastShape(a.x.shape.slice(0, -2), b.x.shape.slice(0, -2));
    const [rows, inner] = sides(a);
    const [innerRight, columns] = sides(b);
    if (inner !== innerRight) {
      throw new AppError(
        'internal',
        `matMul: expected equal inner sides, got ${shown(a)} times ${shown(b)}; check the shapes of the operands.`,
      );
    }
    const shape = [...outer, rows, columns];
    const batch = util.sizeFromShape(outer);
    const work = rows * inner * columns;
    // The plain transpose and product trap on empty tensors.
    if (batch * work === 0) return call.write(new Float32Array(batch * rows * columns), shape);
    const left = matrices(call, a, outer);
    const right = matrices(call, b, outer);
    let out: TensorInfo;
    if (right.shape[0] === 1)
      out = product(call, { ...left, shape: [1, left.shape[0]! * rows, inner] }, right);
    else if (work < COPYING_PAYS) out = product(call, left, right);
    else out = matrixByMatrix(call, left, right, batch);
    return { ...out, shape };
  }

  return {
    ...config,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { a, b } = inputs;
      if (a?.dtype !== 'float32' || b?.dtype !== 'float32') {
        throw new AppError(
          'internal',
          `matMul: expected float32, got ${a?.dtype} and ${b?.dtype}; cast them first.`,
        );
      }
      const call = new Call(backend as KernelBackend);
      try {
        return run(
          call,
          { x: a, transposed: attrs?.['transposeA'] === true },
          { x: b, transposed: attrs?.['transposeB'] === true },
        );
      } finally {
        call.dispose();
      }
    },
  };
}

interface Operand {
  readonly x: TensorInfo;
  readonly transposed: boolean;
}

/** Rows and columns of an operand's matrices as the product reads them. */
function sides({ x, transposed }: Operand): [rows: number, columns: number] {
  const [rows, columns] = [x.shape.at(-2)!, x.shape.at(-1)!];
  return transposed ? [columns, rows] : [rows, columns];
}

function shown({ x, transposed }: Operand): string {
  return `[${x.shape.join(', ')}]${transposed ? ' transposed' : ''}`;
}

/** By data, the sides under which it was a right operand. */
const packedSides = new WeakMap<object, string>();

/** One call of the kernel and the intermediate tensors that it owns. */
class Call {
  readonly backend: KernelBackend;
  readonly #kept: TensorInfo[] = [];

  constructor(backend: KernelBackend) {
    this.backend = backend;
  }

  keep(x: TensorInfo): TensorInfo {
    this.#kept.push(x);
    return x;
  }

  write(values: Float32Array, shape: number[]): TensorInfo {
    return { dataId: this.backend.write(values, shape, 'float32'), shape, dtype: 'float32' };
  }

  /**
   * x, or a copy where its data was a right operand of another shape before. XNNPACK packs a right operand once for its data,
   * whatever shape the data has next time: without this, `tf.matMul(a, x)` after `tf.matMul(b, tf.reshape(x, ...))` is wrong.
   */
  asRight(x: TensorInfo): TensorInfo {
    const sides = x.shape.slice(-2).join();
    const packed = packedSides.get(x.dataId);
    if (packed !== undefined && packed !== sides) {
      return this.keep(this.write(this.backend.readSync(x.dataId) as Float32Array, x.shape));
    }
    packedSides.set(x.dataId, sides);
    return x;
  }

  /** i -> a copy of the i-th matrix of x [batch, n, m] (of the only one where batch is 1), which the caller disposes of. */
  matrixAt(x: TensorInfo): (i: number) => TensorInfo {
    const shape = [1, ...x.shape.slice(1)];
    const size = util.sizeFromShape(shape);
    const values = this.backend.readSync(x.dataId) as Float32Array;
    return (i) => {
      const start = x.shape[0] === 1 ? 0 : i * size;
      return this.write(values.subarray(start, start + size), shape);
    };
  }

  dispose(): void {
    for (const x of this.#kept) this.backend.disposeData(x.dataId);
  }
}
