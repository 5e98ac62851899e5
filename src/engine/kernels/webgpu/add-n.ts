/**
 * Sums of many tensors. The backend's own kernel binds all of them at once, and a GPU takes 8 buffers in one shader as a rule: beyond that
 * it computes nothing, and the sum stays 0. The norm of a gradient with 8 parameters is such a sum.
 */
import { AddN, type KernelConfig, type TensorInfo } from '@tensorflow/tfjs-core';
import { plainWebgpuConfig, type WebgpuBackend } from './program.ts';

export function addNConfig(): KernelConfig {
  const plain = plainWebgpuConfig(AddN);
  return {
    ...plain,
    kernelFunc: (call) => {
      const backend = call.backend as WebgpuBackend;
      // One buffer is the sum's.
      const most = backend.device.limits.maxStorageBuffersPerShaderStage - 1;
      let [first, ...rest] = Object.values(call.inputs) as [TensorInfo, ...TensorInfo[]];
      const add = (terms: TensorInfo[]) =>
        plain.kernelFunc({ ...call, inputs: terms as unknown as typeof call.inputs }) as TensorInfo;
      let isOurs = false;
      do {
        const sum = add([first, ...rest.slice(0, most - 1)]);
        if (isOurs) backend.disposeData(first.dataId);
        isOurs = true;
        first = sum;
        rest = rest.slice(most - 1);
      } while (rest.length > 0);
      return first;
    },
  };
}
