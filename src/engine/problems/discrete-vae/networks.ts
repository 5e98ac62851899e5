/**
 * The networks of a discrete VAE, as variables by name and as functions:
 *
 * one layer:  q(z1 | x) = encoder,  p(x | z1) = decoder,  p(z1) = prior
 * two layers: beside these q(z2 | z1) = topEncoder,  p(z1 | z2) = topDecoder, and the prior is that of z2
 *
 * Pixels are independent bits given z1. Codes are [B, D] or [B, D, K]; networks see and give them as one row, [B, D] or [B, D K].
 */
import * as tf from '@tensorflow/tfjs-core';
import { createDense, forward, namedLayers, type DenseLayer } from '../../networks/dense.ts';
import { fold, type Key } from '../../random/key.ts';
import type { CodeKind } from './code-law.ts';
import type { DiscreteVaeConfig } from './config.ts';
import { imagePixels } from '../../images/config.ts';
import { denseSizes, trainingBytes } from '../../networks/memory.ts';

/** What of a config the networks follow from. */
export type NetworkConfig = Pick<
  DiscreteVaeConfig,
  | 'latent'
  | 'latents'
  | 'classes'
  | 'layers'
  | 'network'
  | 'hiddenLayers'
  | 'hiddenUnits'
  | 'activation'
  | 'prior'
>;

export interface VaeNetworks {
  readonly kind: CodeKind;
  readonly latents: number;
  /** 2 for bits. */
  readonly classes: number;
  readonly layers: number;
  /** x [B, P] -> logits of z1. */
  encode(x: tf.Tensor2D): tf.Tensor;
  /** z1 -> logits of the pixels, [B, P]. */
  decode(z: tf.Tensor): tf.Tensor2D;
  /** z1 -> logits of z2. */
  encodeTop(z: tf.Tensor): tf.Tensor;
  /** z2 -> logits of z1. */
  decodeTop(z: tf.Tensor): tf.Tensor;
  /** One row of logits; null: all values equally likely. */
  readonly priorLogits: tf.Tensor | null;
}

/** Numbers in a code. */
function codeWidth({ latent, latents, classes }: NetworkConfig): number {
  return latent === 'bernoulli' ? latents : latents * classes;
}

/** Units of each layer of a network, from inputs to outputs. */
function layerSizes(config: NetworkConfig, inputs: number, outputs: number): number[] {
  const { network, hiddenLayers, hiddenUnits } = config;
  const hidden = network === 'linear' ? [] : new Array<number>(hiddenLayers).fill(hiddenUnits);
  return [inputs, ...hidden, outputs];
}

/**
 * @param means of the pixels of the training images, in (0, 1): where the decoder starts, so that it need not find them first
 */
export function createParameters(
  config: NetworkConfig,
  means: readonly number[],
  init: Key,
): Record<string, tf.Variable> {
  const pixels = means.length;
  const width = codeWidth(config);
  const network = (name: string, inputs: number, outputs: number) =>
    createDense(layerSizes(config, inputs, outputs), fold(init, name));
  const decoder = network('decoder', width, pixels);
  tf.tidy(() => decoder.at(-1)!.biases.assign(tf.tensor1d(means.map((mean) => Math.log(mean / (1 - mean))))));
  return {
    ...namedLayers('encoder', network('encoder', pixels, width)),
    ...namedLayers('decoder', decoder),
    ...(config.layers === 2 && {
      ...namedLayers('topEncoder', network('topEncoder', width, width)),
      ...namedLayers('topDecoder', network('topDecoder', width, width)),
    }),
    ...(config.prior === 'learned' && { priorLogits: tf.tidy(() => tf.variable(tf.zeros([1, width]))) }),
  };
}

/** The networks that have these parameters. */
export function networksOf(
  config: NetworkConfig,
  parameters: Readonly<Record<string, tf.Tensor>>,
): VaeNetworks {
  const { latent, latents, classes, activation } = config;
  const width = codeWidth(config);
  const layers = (name: string): Pick<DenseLayer, 'weights' | 'biases'>[] =>
    layerSizes(config, 1, 1)
      .slice(1)
      .map((_, i) => ({
        weights: parameters[`${name}Weights${i + 1}`] as DenseLayer['weights'],
        biases: parameters[`${name}Biases${i + 1}`] as DenseLayer['biases'],
      }));
  const run = (name: string) => {
    const own = layers(name);
    return (x: tf.Tensor) => forward(own, flat(x), activation);
  };
  const flat = (z: tf.Tensor) =>
    z.rank === 2 ? (z as tf.Tensor2D) : tf.reshape<tf.Rank.R2>(z, [z.size / width, width]);
  const asCode = (row: tf.Tensor2D): tf.Tensor =>
    latent === 'bernoulli' ? row : tf.reshape(row, [row.shape[0], latents, classes]);
  const [encoder, decoder, topEncoder, topDecoder] = ['encoder', 'decoder', 'topEncoder', 'topDecoder'].map(
    run,
  ) as [Run, Run, Run, Run];
  const prior = parameters['priorLogits'];
  return {
    kind: latent,
    latents,
    classes: latent === 'bernoulli' ? 2 : classes,
    layers: config.layers,
    encode: (x) => asCode(encoder(x)),
    decode: decoder,
    encodeTop: (z) => asCode(topEncoder(z)),
    decodeTop: (z) => asCode(topDecoder(z)),
    // A variable is read where it is used, so that a gradient reaches it.
    get priorLogits() {
      return prior === undefined ? null : asCode(prior as tf.Tensor2D);
    },
  };
}

type Run = (x: tf.Tensor) => tf.Tensor2D;

/** Tensors like the code of a minibatch. */
const CODE_COPIES = 8;

/** `ProblemDefinition.memory` */
export function discreteVaeMemory(config: DiscreteVaeConfig): number {
  const pixels = imagePixels(config.data);
  const width = codeWidth(config);
  const top = config.layers === 2 ? [layerSizes(config, width, width), layerSizes(config, width, width)] : [];
  const { parameters, outputs } = denseSizes(
    layerSizes(config, pixels, width),
    layerSizes(config, width, pixels),
    ...top,
  );
  return trainingBytes(parameters, config.batch, outputs, CODE_COPIES * config.layers * width);
}
