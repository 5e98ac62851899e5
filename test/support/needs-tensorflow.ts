/** Refuses the project conformance-tensorflow where TensorFlow is not set up: what is not run is not passed. */
import { findTensorflow } from '../../src/trainer/backends/tensorflow.ts';

/** Called by Vitest. @public */
export function setup(): void {
  try {
    findTensorflow('tensorflow');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`conformance-tensorflow was NOT RUN: ${reason}`, { cause: error });
  }
}
