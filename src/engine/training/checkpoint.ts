/**
 * All that the training loop needs to go on as if it had never stopped, as plain data. Randomness needs no state: every
 * number is a function of (seed, stream, step).
 */
import type { LoopState } from '../../shared/checkpoint.ts';
import type { NamedTensorData } from '../core/named-tensor.ts';

export interface Checkpoint {
  readonly loop: LoopState;
  /** Named by their owners: `shared/checkpoint.ts`. */
  readonly tensors: readonly NamedTensorData[];
}
