/** The step of `FusedAdam` on wasm: see `adam-code.ts`. */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { util } from '@tensorflow/tfjs-core';
import { ADAM_STEP } from '../adam.ts';
import { adamConstants } from './adam-code.ts';
import { TensorMemory } from './memory.ts';
import { WASM } from './plain-kernel.ts';
import { simdFunctions } from './simd.ts';

export function adamStepConfig(): KernelConfig {
  return {
    kernelName: ADAM_STEP,
    backendName: WASM,
    kernelFunc: (call) => {
      const { value, first, second, gradient, power1, power2 } = call.inputs as Record<string, TensorInfo>;
      const { learningRate, beta1, beta2, epsilon } = call.attrs as Record<string, number>;
      const memory = new TensorMemory(call.backend);
      const [correction1, correction2] = [power1!, power2!].map((power) => 1 - memory.floats(power)[0]!);
      const constants: Record<(typeof adamConstants)[number], number> = {
        beta1: beta1!,
        oneMinusBeta1: 1 - beta1!,
        beta2: beta2!,
        oneMinusBeta2: 1 - beta2!,
        correction1: correction1!,
        correction2: correction2!,
        epsilon: epsilon!,
        step: -learningRate!,
      };
      const given = memory.allocate([adamConstants.length]);
      memory.floats(given).set(adamConstants.map((name) => constants[name]));
      const inputs = [value!, first!, second!, gradient!];
      const outputs = inputs.slice(1).map(() => memory.allocate(value!.shape));
      const size = util.sizeFromShape(value!.shape);
      // Fewer numbers than a vector holds are worked on in places of their own.
      const room = (x: TensorInfo): TensorInfo => (size >= 4 ? x : memory.allocate([4]));
      const places = [...inputs, ...outputs].map((x) => ({ x, place: room(x) }));
      const apart = places.filter(({ x, place }) => x !== place);
      for (const { x, place } of apart) memory.floats(place).set(memory.floats(x));
      const addresses = places.map(({ place }) => memory.address(place));
      simdFunctions(memory.memory).adam(...addresses, 4 * Math.max(size, 4), memory.address(given));
      for (const { x, place } of apart) {
        memory.floats(x).set(memory.floats(place).subarray(0, size));
        memory.dispose(place);
      }
      memory.dispose(given);
      return outputs;
    },
  };
}
