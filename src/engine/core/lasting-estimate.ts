import * as tf from '@tensorflow/tfjs-core';
import type { Estimate } from './estimator.ts';

/** What of an estimate outlives the gradient tape that it was made on; the caller disposes of the tensors. */
export interface LastingEstimate {
  readonly value: tf.Scalar;
  readonly evaluations: number;
  readonly diagnostics: Readonly<Record<string, tf.Scalar>>;
  readonly nextBuffers: Readonly<Record<string, tf.Tensor>>;
}

export function outliving(estimate: Estimate): LastingEstimate {
  const keepAll = <T extends tf.Tensor>(record: Readonly<Record<string, T>> | undefined) =>
    Object.fromEntries(Object.entries(record ?? {}).map(([name, tensor]) => [name, tf.keep(tensor.clone())]));
  return {
    evaluations: estimate.evaluations,
    value: tf.keep(tf.clone(estimate.value)),
    diagnostics: keepAll(estimate.diagnostics),
    nextBuffers: keepAll(estimate.nextBuffers),
  };
}
