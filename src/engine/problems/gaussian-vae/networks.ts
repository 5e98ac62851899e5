/** Encoder and decoder of a Gaussian VAE, and the laws that they give. */
import * as tf from '@tensorflow/tfjs-core';
import type { ContinuousChoice } from '../../core/choice.ts';
import { multivariateNormal } from '../../distributions/continuous/multivariate-normal.ts';
import { HALF_LOG_2PI, normal } from '../../distributions/continuous/location-scale.ts';
import { bernoulliLogLikelihood } from '../../kernels/bernoulli-likelihood.ts';
import { createDense, forward, namedLayers, type DenseLayer } from '../../networks/dense.ts';
import { fold, type Key } from '../../random/key.ts';
import type { GaussianVaeConfig } from './config.ts';
import { imagePixels } from '../../images/config.ts';
import { denseSizes, trainingBytes } from '../../networks/memory.ts';

/** Added to every deviation of a code, so that a code without noise still has a finite KL. */
const LEAST_DEVIATION = 1e-6;

/** q(z | x) of B images. */
export interface Posterior {
  readonly choice: ContinuousChoice;
  /** [B, D] */
  readonly mean: tf.Tensor2D;
  /** Of each number by itself, [B, D]. */
  deviations(): tf.Tensor2D;
  /** KL(q(z | x) || N(0, I)) in closed form, [B], in nats. */
  kl(): tf.Tensor1D;
}

export interface VaeNetworks {
  readonly latents: number;
  /** Images [B, P] -> q(z | x). */
  encode(x: tf.Tensor2D): Posterior;
  /** Codes [B, D] -> the logits or the means of the pixels, [B, P]. */
  decode(z: tf.Tensor2D): tf.Tensor2D;
  /** log p(x | z) given `decode(z)`, [B], in nats. */
  logLikelihood(x: tf.Tensor2D, decoded: tf.Tensor2D): tf.Tensor1D;
  /** Means of the pixels given `decode(z)`, [B, P]. */
  pixelMeans(decoded: tf.Tensor2D): tf.Tensor2D;
}

/** Parameters by name: encoderWeights1, encoderBiases1, ..., decoderWeights1, ..., and `logDeviation` [1], where that is trained. */
export type VaeParameters = Readonly<Record<string, tf.Variable>>;

/** Of encoder and decoder, from its inputs to its outputs. */
function layerSizes(
  { latents, posterior, hiddenLayers, hiddenUnits }: GaussianVaeConfig,
  pixels: number,
): { readonly encoder: number[]; readonly decoder: number[] } {
  const hidden = new Array<number>(hiddenLayers).fill(hiddenUnits);
  const outputs = latents + (posterior === 'full' ? latents ** 2 : latents);
  return { encoder: [pixels, ...hidden, outputs], decoder: [latents, ...hidden, pixels] };
}

/** @param start what the decoder says of each pixel at a code of 0 and step 0: its logit, or its mean */
export function createParameters(
  config: GaussianVaeConfig,
  start: readonly number[],
  init: Key,
): VaeParameters {
  const { encoder, decoder } = layerSizes(config, start.length);
  const decoderLayers = createDense(decoder, fold(init, 'decoder'));
  tf.tidy(() => decoderLayers.at(-1)!.biases.assign(tf.tensor1d([...start])));
  const { likelihood } = config;
  return {
    ...namedLayers('encoder', createDense(encoder, fold(init, 'encoder'))),
    ...namedLayers('decoder', decoderLayers),
    ...(likelihood.kind === 'gaussian' &&
      likelihood.learned && {
        logDeviation: tf.tidy(() => tf.variable(tf.tensor1d([Math.log(likelihood.deviation)]))),
      }),
  };
}

function layersNamed(name: string, parameters: Readonly<Record<string, tf.Tensor>>): DenseLayer[] {
  const layers: DenseLayer[] = [];
  for (let depth = 1; parameters[`${name}Weights${depth}`] !== undefined; depth++) {
    layers.push({
      weights: parameters[`${name}Weights${depth}`] as DenseLayer['weights'],
      biases: parameters[`${name}Biases${depth}`] as DenseLayer['biases'],
    });
  }
  return layers;
}

export function networksOf(config: GaussianVaeConfig, parameters: VaeParameters): VaeNetworks {
  const { latents, activation, likelihood, posterior } = config;
  const encoder = layersNamed('encoder', parameters);
  const decoder = layersNamed('decoder', parameters);
  const lawOf = posterior === 'full' ? fullLaw : diagonalLaw;
  return {
    latents,
    encode: (x) => lawOf(forward(encoder, x, activation), latents),
    decode: (z) => forward(decoder, z, activation),
    logLikelihood(x, decoded) {
      if (likelihood.kind === 'bernoulli') return bernoulliLogLikelihood(x, decoded);
      const log = parameters['logDeviation'] ?? tf.scalar(Math.log(likelihood.deviation));
      const standard = tf.div(tf.sub(x, decoded), tf.exp(log));
      const squares = tf.mul(tf.sum(tf.square(standard), 1), -0.5);
      return tf.sub<tf.Tensor1D>(squares, tf.mul(tf.add(log, HALF_LOG_2PI), x.shape[1]));
    },
    pixelMeans: (decoded) => (likelihood.kind === 'bernoulli' ? tf.sigmoid(decoded) : decoded),
  };
}

/** Outputs [B, 2 D]: means, and what softplus makes deviations of. */
function diagonalLaw(outputs: tf.Tensor2D, latents: number): Posterior {
  const rows = outputs.shape[0];
  const location = tf.slice(outputs, [0, 0], [rows, latents]);
  const scale = positive(tf.slice(outputs, [0, latents], [rows, latents]));
  return {
    mean: location,
    choice: { kind: 'continuous', distribution: normal, parameters: { location, scale } },
    deviations: () => scale,
    kl: () => klToPrior(tf.add(tf.square(location), tf.square(scale)), tf.log(scale)),
  };
}

/** Outputs [B, D + D D]: means, and a matrix whose lower triangle becomes the Cholesky factor, its diagonal by softplus. */
function fullLaw(outputs: tf.Tensor2D, latents: number): Posterior {
  const rows = outputs.shape[0];
  const location = tf.slice(outputs, [0, 0], [rows, latents]);
  const free = tf.slice(outputs, [0, latents], [rows, latents ** 2]);
  const matrix = tf.reshape<tf.Rank.R3>(free, [rows, latents, latents]);
  const onDiagonal = tf.eye(latents);
  const below = tf.tensor2d(
    Float32Array.from({ length: latents ** 2 }, (_, i) => (i % latents < Math.floor(i / latents) ? 1 : 0)),
    [latents, latents],
  );
  const diagonal = positive(tf.sum(tf.mul(matrix, onDiagonal), 2)); // [B, D]
  const cholesky = tf.add(tf.mul(matrix, below), tf.mul(tf.expandDims(diagonal, 2), onDiagonal));
  return {
    mean: location,
    choice: { kind: 'continuous', distribution: multivariateNormal, parameters: { location, cholesky } },
    deviations: () => tf.sqrt(tf.sum<tf.Tensor2D>(tf.square(cholesky), 2)),
    kl: () => klToPrior(tf.add(tf.square(location), tf.sum(tf.square(cholesky), 2)), tf.log(diagonal)),
  };
}

function positive(x: tf.Tensor): tf.Tensor2D {
  return tf.add(tf.softplus(x), LEAST_DEVIATION);
}

/** sum_d (E z_d^2 - 1) / 2 - log L_dd, [B]. @param squares E z_d^2, [B, D] @param logDiagonal log L_dd, [B, D] */
function klToPrior(squares: tf.Tensor, logDiagonal: tf.Tensor): tf.Tensor1D {
  return tf.sum<tf.Tensor1D>(tf.sub(tf.mul(tf.sub(squares, 1), 0.5), logDiagonal), 1);
}

/** log N(z; 0, I), [B]; z [B, D]. */
export function logPrior(z: tf.Tensor2D): tf.Tensor1D {
  return tf.sub<tf.Tensor1D>(tf.mul(tf.sum(tf.square(z), 1), -0.5), HALF_LOG_2PI * z.shape[1]);
}

/** `ProblemDefinition.memory` */
export function gaussianVaeMemory(config: GaussianVaeConfig): number {
  const { parameters, outputs } = denseSizes(...Object.values(layerSizes(config, imagePixels(config.data))));
  return trainingBytes(parameters, config.batch, outputs);
}
