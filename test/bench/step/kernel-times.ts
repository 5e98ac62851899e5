import * as tf from '@tensorflow/tfjs-core';
import { processorTime } from './contest.ts';

interface Time {
  ms: number;
  calls: number;
}

interface KernelTimes {
  /** Processor milliseconds and calls by kernel and the shapes of its inputs, the slowest first. */
  byTime(): [kernel: string, Time][];
}

/** From here on, times every kernel of the current backend, which must compute at once, as wasm and cpu do. */
export function timeKernels(): KernelTimes {
  const times = new Map<string, Time>();
  for (const config of tf.getKernelsForBackend(tf.getBackend())) {
    tf.unregisterKernel(config.kernelName, config.backendName);
    tf.registerKernel({
      ...config,
      kernelFunc(call) {
        const start = processorTime();
        const output = config.kernelFunc(call);
        const ms = processorTime() - start;
        const shapes = Object.values(call.inputs).map((input) => `[${input?.shape.join() ?? ''}]`);
        const name = `${config.kernelName} ${shapes.join(' ')}`;
        const time = times.get(name) ?? { ms: 0, calls: 0 };
        times.set(name, { ms: time.ms + ms, calls: time.calls + 1 });
        return output;
      },
    });
  }
  return { byTime: () => [...times].toSorted(([, a], [, b]) => b.ms - a.ms) };
}
