/**
 * Encoder and decoder of a VQ-VAE, as variables by name and as functions. An image is P pixels; its code map is M vectors of d
 * numbers, one row after another: [B M, d].
 */
import * as tf from '@tensorflow/tfjs-core';
import { bernoulliLogLikelihood } from '../../kernels/bernoulli-likelihood.ts';
import { createDense, forward, namedLayers, type DenseLayer } from '../../networks/dense.ts';
import { fold, type Key } from '../../random/key.ts';
import type { VqVaeConfig } from './config.ts';
import { imagePixels } from '../../images/config.ts';
import { denseSizes, trainingBytes } from '../../networks/memory.ts';

/** What of a config the networks follow from. */
export type NetworkConfig = Pick<
  VqVaeConfig,
  'positions' | 'codeSize' | 'hiddenLayers' | 'hiddenUnits' | 'activation' | 'likelihood' | 'deviation'
>;

export interface VqNetworks {
  /** x [B, P] -> [B M, d]. */
  encode(x: tf.Tensor2D): tf.Tensor2D;
  /** [B M, d] -> logits of the pixels, or their means, [B, P]. */
  decode(vectors: tf.Tensor2D): tf.Tensor2D;
  /** ln p(x | decoded), [B], nats, summed over pixels. */
  logLikelihood(x: tf.Tensor2D, decoded: tf.Tensor2D): tf.Tensor1D;
  /** Expected grey values of what was decoded, [B, P]. */
  pixels(decoded: tf.Tensor2D): tf.Tensor2D;
}

/** Units of each layer, from inputs to outputs. */
function layerSizes(
  { hiddenLayers, hiddenUnits }: Pick<VqVaeConfig, 'hiddenLayers' | 'hiddenUnits'>,
  inputs: number,
  outputs: number,
): number[] {
  return [inputs, ...new Array<number>(hiddenLayers).fill(hiddenUnits), outputs];
}

/** @param means of the pixels of the training images, in (0, 1): where the decoder starts, so that it need not find them first */
export function createNetworkParameters(
  config: NetworkConfig,
  means: readonly number[],
  init: Key,
): Record<string, tf.Variable> {
  const width = config.positions * config.codeSize;
  const network = (name: string, inputs: number, outputs: number) =>
    createDense(layerSizes(config, inputs, outputs), fold(init, name));
  const decoder = network('decoder', width, means.length);
  const biases = means.map((mean) =>
    config.likelihood === 'bernoulli' ? Math.log(mean / (1 - mean)) : mean,
  );
  tf.tidy(() => decoder.at(-1)!.biases.assign(tf.tensor1d(biases)));
  return {
    ...namedLayers('encoder', network('encoder', means.length, width)),
    ...namedLayers('decoder', decoder),
  };
}

/** The networks that have these parameters. */
export function networksOf(
  config: NetworkConfig,
  parameters: Readonly<Record<string, tf.Tensor>>,
): VqNetworks {
  const { positions, codeSize, activation, likelihood, deviation } = config;
  const [encoder, decoder] = ['encoder', 'decoder'].map((name) =>
    Array.from({ length: config.hiddenLayers + 1 }, (_, i) => ({
      weights: parameters[`${name}Weights${i + 1}`] as DenseLayer['weights'],
      biases: parameters[`${name}Biases${i + 1}`] as DenseLayer['biases'],
    })),
  ) as [DenseLayer[], DenseLayer[]];
  const bits = likelihood === 'bernoulli';
  return {
    encode: (x) => tf.reshape(forward(encoder, x, activation), [x.shape[0] * positions, codeSize]),
    decode: (vectors) =>
      forward(decoder, tf.reshape(vectors, [vectors.shape[0] / positions, positions * codeSize]), activation),
    logLikelihood(x, decoded) {
      if (bits) return bernoulliLogLikelihood(x, decoded);
      const squares = tf.sum(tf.square(tf.sub(x, decoded)), 1);
      const constant = x.shape[1] * Math.log(deviation * Math.sqrt(2 * Math.PI));
      return tf.sub(tf.mul(squares, -0.5 / deviation ** 2), constant);
    },
    pixels: (decoded) => (bits ? tf.sigmoid(decoded) : tf.clone(decoded)),
  };
}

/** Tensors of [B, M, K]: closeness, codes, logits of the prior. */
const CODE_COPIES = 6;

/** `ProblemDefinition.memory` */
export function vqVaeMemory(config: VqVaeConfig): number {
  const { batch, positions, codes, codeSize, data, prior } = config;
  const pixels = imagePixels(data);
  const width = positions * codeSize;
  const units = positions * prior.hiddenUnits;
  const { parameters, outputs } = denseSizes(
    layerSizes(config, pixels, width),
    layerSizes(config, width, pixels),
    [positions * prior.codeSize, units, codes],
  );
  return trainingBytes(parameters + codes * codeSize, batch, outputs, CODE_COPIES * positions * codes);
}
