/** Running code for all runs of a stack at once. */
import {
  engine,
  findBackend,
  getBackend,
  getKernelsForBackend,
  registerBackend,
  registerKernel,
  type KernelConfig,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { AppError } from '../../../shared/errors.ts';
import { WASM } from '../wasm/plain-kernel.ts';
import { rules, shapeOnly, type Rule } from './rules.ts';
import { StackedBackend } from '../../stack/stacked-backend.ts';
import { StackedCall } from './stacked-call.ts';
import { wasmRules } from './wasm-rules.ts';

/** Backends whose kernels were proven to do every run's part of a stack as they do it alone: test/conformance/together.test.ts. */
const PROVEN: readonly string[] = ['cpu', WASM];

/** Not in tfjs-core's types: what `setBackend` sets, which looks through every kernel of every backend first. */
interface CurrentBackend {
  backendName: string;
  backendInstance: object;
}

/** Whether tensors of the backend in use can be stacked. */
export function canStackHere(): boolean {
  return PROVEN.includes(getBackend());
}

/**
 * Runs `body` with tensors of one run, for `members` runs at once: tensors that it makes of stacked ones are stacked.
 * Synchronous: what `body` awaits goes on outside.
 */
export function runStacked<T>(members: number, body: () => T): T {
  const below = getBackend();
  const backend = stackedBackend(below);
  const current = engine() as unknown as CurrentBackend;
  const { backendInstance } = current;
  backend.size = members;
  current.backendName = stackedName(below);
  current.backendInstance = backend;
  try {
    return body();
  } finally {
    current.backendName = below;
    current.backendInstance = backendInstance;
    backend.size = 0;
  }
}

function stackedName(below: string): string {
  return `${below}-stacked`;
}

/** Made at the first use. */
function stackedBackend(below: string): StackedBackend {
  const name = stackedName(below);
  const known = findBackend(name) as StackedBackend | null;
  if (known !== null) return known;
  if (!PROVEN.includes(below)) {
    throw new AppError('precondition', `stack: the backend ${below} cannot train several runs at once.`);
  }
  const backend = new StackedBackend(findBackend(below));
  for (const kernel of getKernelsForBackend(below)) {
    const rule =
      (below === WASM ? wasmRules.get(kernel.kernelName) : undefined) ?? rules.get(kernel.kernelName);
    registerKernel(stackedKernel(kernel, name, rule));
  }
  registerBackend(name, () => backend, 0);
  findBackend(name);
  return backend;
}

function stackedKernel(kernel: KernelConfig, name: string, rule: Rule | undefined): KernelConfig {
  return {
    kernelName: kernel.kernelName,
    backendName: name,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const stacked = backend as StackedBackend;
      const given = inputs as Record<string, TensorInfo | undefined>;
      if (!Object.values(given).some((x) => x !== undefined && stacked.isStacked(x)))
        return kernel.kernelFunc({ inputs, attrs: attrs!, backend: stacked.below });
      if (shapeOnly.includes(kernel.kernelName))
        return kernel.kernelFunc({ inputs, attrs: attrs!, backend: stacked.below });
      const call = new StackedCall(kernel, stacked, given, attrs ?? {});
      const outputs = rule?.(call) ?? call.runEach();
      call.end();
      const marked = ({ dataId, dtype, shape }: TensorInfo) =>
        stacked.mark({ dataId, dtype, shape: shape.slice(1) });
      return Array.isArray(outputs) ? outputs.map(marked) : marked(outputs);
    },
  };
}
