/** Random numbers where a tensor of the wasm backend lies, bit for bit those of `random/fill.ts`. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { util } from '@tensorflow/tfjs-core';
import type { Key } from '../../random/key.ts';
import { TURN, fillAt, type Transformed } from '../../random/vector.ts';
import type { TensorMemory } from './memory.ts';

/** Fills a float32 tensor. */
export function fillWithNoise(memory: TensorMemory, kind: Transformed, key: Key, out: TensorInfo): void {
  const size = util.sizeFromShape(out.shape);
  const whole = size - (size % TURN);
  fillAt(memory.memory, kind, key, { address: memory.address(out), first: 0, count: whole });
  if (whole === size) return;
  // The last turn of the generator's loop makes more than there is room for.
  const rest = memory.allocate([TURN]);
  fillAt(memory.memory, kind, key, { address: memory.address(rest), first: whole, count: TURN });
  memory.floats(out).set(memory.floats(rest).subarray(0, size - whole), whole);
  memory.dispose(rest);
}
