/** The kernel SearchSorted, which tfjs-node 4.22 lacks: without it, no categorical choice is drawn on TensorFlow's library. */
import * as tf from '@tensorflow/tfjs-core';

interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** The backend that tfjs-node registers, as far as it is used here. */
export interface NodeBackend extends tf.KernelBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: {
    readonly TF_Version: string;
    readonly TF_ATTR_TYPE: number;
    readonly TF_FLOAT: number;
    readonly TF_INT32: number;
  };
  executeSingleOutput(name: string, attributes: OpAttribute[], inputs: tf.TensorInfo[]): tf.TensorInfo;
}

/** For `tf.searchSorted`, by TensorFlow's operations LowerBound and UpperBound; registering it again changes nothing. */
export function registerSearchSorted(): void {
  if (tf.getKernel(tf.SearchSorted, 'tensorflow') as unknown) return;
  tf.registerKernel({
    kernelName: tf.SearchSorted,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { sortedSequence, values } = inputs as Record<'sortedSequence' | 'values', tf.TensorInfo>;
      const { side } = attrs as unknown as tf.SearchSortedAttrs;
      const node = backend as NodeBackend;
      const { binding } = node;
      const type = (name: string, value: number) => ({ name, type: binding.TF_ATTR_TYPE, value });
      const attributes = [
        type('T', sortedSequence.dtype === 'float32' ? binding.TF_FLOAT : binding.TF_INT32),
        type('out_type', binding.TF_INT32),
      ];
      const operation = side === 'left' ? 'LowerBound' : 'UpperBound';
      return node.executeSingleOutput(operation, attributes, [sortedSequence, values]);
    },
  });
}
