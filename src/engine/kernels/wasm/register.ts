/** Kernels that the wasm backend lacks or has in a slow form. */
import { getKernel, registerKernel, unregisterKernel, type KernelConfig } from '@tensorflow/tfjs-core';
import { adamStepConfig } from './adam-step.ts';
import { batchMatMulConfig } from './batch-mat-mul.ts';
import { bestAtomsConfigs } from './best-atoms.ts';
import { bernoulliLikelihoodConfigs } from './bernoulli-likelihood.ts';
import { categoricalSampleConfig } from './categorical-sample.ts';
import { chosenLogSoftmaxConfigs } from './chosen-log-softmax.ts';
import { controlVariateConfigs } from './control-variate.ts';
import { concatConfig } from './concat.ts';
import { convolutionConfigs } from './convolution.ts';
import { denseLayerConfig } from './dense-layer.ts';
import { depthwiseConfigs } from './depthwise.ts';
import { AppError } from '../../../shared/errors.ts';
import { elementwiseConfigs } from './elementwise.ts';
import { gatherConfig } from './gather.ts';
import { identityConfig } from './identity.ts';
import { lieAscentConfig } from './lie-ascent.ts';
import { WASM } from './plain-kernel.ts';
import { argMaxConfig, oneHotConfig } from './one-hot.ts';
import { perturbedConfig } from './perturbed.ts';
import { poolConfigs } from './pool.ts';
import { rowArithmeticConfigs } from './row-arithmetic.ts';
import { hasSimd } from './simd.ts';
import { sliceConfig, splitConfig } from './slice.ts';
import {
  scaledSoftmaxConfig,
  softmaxConfig,
  softmaxCurvatureConfig,
  softmaxGradientConfig,
} from './softmax.ts';
import { maxConfig } from './max.ts';
import { sumConfig } from './sum.ts';
import { tanhConfig } from './tanh.ts';
import { tileConfig } from './tile.ts';
import { transposeConfig } from './transpose.ts';
import { unsortedSegmentSumConfig } from './gather.ts';

let registered = false;
const replaced = new Map<string, KernelConfig>();

/** The backend's own kernel, in whose place ours is registered. */
export function replacedKernel(kernelName: string): KernelConfig | undefined {
  return replaced.get(kernelName);
}

/**
 * Replaces or adds our wasm kernels. Call it after importing `@tensorflow/tfjs-backend-wasm` and before
 * `tf.setBackend('wasm')`; calling it again does nothing.
 */
export function registerWasmKernels(): void {
  if (registered) return;
  if (!hasSimd()) {
    throw new AppError(
      'precondition',
      'registerWasmKernels: this processor has no 128-bit SIMD for WebAssembly; choose the backend cpu.',
    );
  }
  // One by one: the later ones are built from the earlier ones.
  const kernels = [
    adamStepConfig,
    argMaxConfig,
    bernoulliLikelihoodConfigs,
    categoricalSampleConfig,
    concatConfig,
    controlVariateConfigs,
    convolutionConfigs,
    depthwiseConfigs,
    perturbedConfig,
    poolConfigs,
    gatherConfig,
    identityConfig,
    oneHotConfig,
    sliceConfig,
    splitConfig,
    softmaxConfig,
    scaledSoftmaxConfig,
    softmaxGradientConfig,
    softmaxCurvatureConfig,
    chosenLogSoftmaxConfigs,
    tanhConfig,
    tileConfig,
    elementwiseConfigs,
    rowArithmeticConfigs,
    transposeConfig,
    batchMatMulConfig,
    denseLayerConfig,
    maxConfig,
    sumConfig,
    unsortedSegmentSumConfig,
    bestAtomsConfigs,
    lieAscentConfig,
  ];
  for (const make of kernels) {
    for (const config of [make()].flat()) {
      // tfjs-core's types leave out that there may be none.
      const plain = getKernel(config.kernelName, WASM) as KernelConfig | undefined;
      if (plain !== undefined) {
        replaced.set(config.kernelName, plain);
        unregisterKernel(config.kernelName, WASM);
      }
      registerKernel(config);
    }
  }
  registered = true;
}
