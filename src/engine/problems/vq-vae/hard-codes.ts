/** A trained VQ-VAE with the codes that count: images to their nearest codes, and codes back to images. */
import * as tf from '@tensorflow/tfjs-core';
import { nearestCodes } from './codebook.ts';
import { priorOf, type CodePrior } from './code-prior.ts';
import type { VqVaeConfig } from './config.ts';
import { networksOf, type VqNetworks } from './networks.ts';

export interface HardCodes {
  readonly parameters: Readonly<Record<string, tf.Tensor>>;
  readonly networks: VqNetworks;
  readonly prior: CodePrior;
  /** [K, d] */
  readonly codebook: tf.Tensor2D;
  /** x [B, P] -> codes [B, M], int32. */
  encode(x: tf.Tensor2D): tf.Tensor2D;
  /** Codes [B, M] -> vectors of the codebook, [B M, d]. */
  vectorsOf(codes: tf.Tensor2D): tf.Tensor2D;
  /** Codes [B, M] -> grey values, [B, P]. */
  decode(codes: tf.Tensor2D): tf.Tensor2D;
}

export function hardCodes(config: VqVaeConfig, parameters: Readonly<Record<string, tf.Tensor>>): HardCodes {
  const networks = networksOf(config, parameters);
  const codebook = parameters['codebook'] as tf.Tensor2D;
  const vectorsOf = (codes: tf.Tensor2D) => tf.gather<tf.Tensor2D>(codebook, tf.reshape(codes, [codes.size]));
  return {
    parameters,
    networks,
    prior: priorOf(config, parameters),
    codebook,
    encode: (x) =>
      tf.tidy(() => tf.reshape(nearestCodes(networks.encode(x), codebook), [x.shape[0], config.positions])),
    vectorsOf,
    decode: (codes) => tf.tidy(() => networks.pixels(networks.decode(vectorsOf(codes)))),
  };
}

/** How a codebook is used by all images of a split. */
export interface CodeUse {
  /** exp of the entropy of the codes of all positions of all images: from 1 to K. */
  readonly perplexity: number;
  /** Codes that some position of some image has. */
  readonly used: number;
}

/** @param counts how often each code is used */
export function codeUse(counts: ArrayLike<number>): CodeUse {
  const found = Array.from(counts);
  const total = found.reduce((sum, count) => sum + count, 0);
  const entropy = found.reduce(
    (sum, count) => (count > 0 ? sum - (count / total) * Math.log(count / total) : sum),
    0,
  );
  return { perplexity: Math.exp(entropy), used: found.filter((count) => count > 0).length };
}
