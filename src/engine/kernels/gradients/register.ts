/**
 * Gradients of the operations that the engine uses.
 *
 * tfjs-core leaves its own unregistered (`register_all_gradients` is not part of its Node bundle and not loadable by
 * Node), and they copy more than they need: these broadcast instead of multiplying by ones, reduce a broadcast batch of
 * matrices, and keep infinities of a branch not taken out of `where`.
 */
import type { GradConfig } from '@tensorflow/tfjs-core';
import { registerGradient } from '@tensorflow/tfjs-core';
import { arithmeticGradients } from './arithmetic.ts';
import { convolutionAndPoolGradients } from './convolutions.ts';
import { denseLayerGradient } from './dense-layer.ts';
import { elementwiseGradients } from './elementwise.ts';
import { productGradients } from './products.ts';
import { reductionGradients } from './reductions.ts';
import { shapeGradients } from './shapes.ts';

/** All of them, one a kernel. */
export function registeredGradients(): readonly GradConfig[] {
  return [
    arithmeticGradients,
    convolutionAndPoolGradients,
    denseLayerGradient,
    elementwiseGradients,
    productGradients,
    reductionGradients,
    shapeGradients,
  ].flat();
}

/** Registers every gradient for all backends; calling it again changes nothing. */
export function registerGradients(): void {
  for (const config of registeredGradients()) registerGradient(config);
}
