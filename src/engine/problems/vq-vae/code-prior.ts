/**
 * A small autoregressive law of the codes of an image: p(c_1 .. c_M) = prod_m p(c_m | c_1 .. c_{m-1}), exact in one pass. Each code is
 * looked up as a short vector; the hidden units of a position see those of the positions before it, and give it K logits.
 * Source: Germain, Gregor, Murray, Larochelle, "MADE: Masked Autoencoder for Distribution Estimation", ICML 2015, section 3,
 * https://arxiv.org/abs/1502.03509. Differs from source: inputs are learned vectors of categories, and each position has hidden units
 * of its own.
 */
import * as tf from '@tensorflow/tfjs-core';
import { detached } from '../../core/gradient-flow.ts';
import { logProb } from '../../distributions/categorical.ts';
import { fold, type Key } from '../../random/key.ts';
import { uniform } from '../../random/noise.ts';
import type { VqVaeConfig } from './config.ts';

/** What of a config the prior follows from. */
export type PriorConfig = Pick<VqVaeConfig, 'positions' | 'codes' | 'prior'>;

export interface CodePrior {
  /** Codes [B, M], int32 -> logits of each given those before it, [B, M, K]. */
  logits(codes: tf.Tensor2D): tf.Tensor3D;
  /** ln p(codes), [B], nats. */
  logProbability(codes: tf.Tensor2D): tf.Tensor1D;
}

export function createPriorParameters(
  { positions, codes, prior }: PriorConfig,
  init: Key,
): Record<string, tf.Variable> {
  const { codeSize, hiddenUnits } = prior;
  const inputs = positions * codeSize;
  const units = positions * hiddenUnits;
  const spread = (name: string, shape: number[], width: number) =>
    tf.tidy(() => {
      const noise = uniform(fold(init, name), shape);
      return tf.variable(tf.mul(tf.sub(noise, 0.5), 2 * Math.sqrt(3 / width)));
    });
  const none = (shape: number[]) => tf.tidy(() => tf.variable(tf.zeros(shape)));
  return {
    priorCodes: spread('codes', [codes, codeSize], 1),
    priorHiddenWeights: spread('hidden', [inputs, units], inputs),
    priorHiddenBiases: none([units]),
    // At the start all codes are equally likely, whatever those before.
    priorWeights: none([positions, hiddenUnits, codes]),
    priorBiases: none([positions, 1, codes]),
  };
}

/** The prior that has these parameters. */
export function priorOf(
  { positions, codes, prior }: PriorConfig,
  parameters: Readonly<Record<string, tf.Tensor>>,
): CodePrior {
  const { codeSize, hiddenUnits } = prior;
  const named = (name: string) => parameters[name]!;
  const logits = (given: tf.Tensor2D): tf.Tensor3D => {
    const rows = given.shape[0];
    const looked = tf.gather(named('priorCodes'), tf.reshape(given, [rows * positions]));
    const weights = tf.mul(named('priorHiddenWeights'), earlier(positions, codeSize, hiddenUnits));
    const sums = tf.matMul(tf.reshape(looked, [rows, positions * codeSize]), weights);
    const hidden = tf.relu(tf.add(sums, named('priorHiddenBiases')));
    const byPosition = tf.transpose(tf.reshape(hidden, [rows, positions, hiddenUnits]), [1, 0, 2]);
    const out = tf.add(tf.matMul(byPosition, named('priorWeights')), named('priorBiases')); // [M, B, K]
    return tf.transpose(out, [1, 0, 2]) as tf.Tensor3D;
  };
  return {
    logits,
    logProbability(given) {
      return tf.sum<tf.Tensor1D>(logProb(logits(given), tf.oneHot(given, codes)), 1);
    },
  };
}

/** 1 where the hidden units of a position may see the code of another, which comes before it; else 0. [M size, M units] */
function earlier(positions: number, size: number, units: number): tf.Tensor2D {
  return detached(() => {
    const of = (numbers: number) => tf.floor(tf.div(tf.range(0, positions * numbers, 1, 'float32'), numbers));
    return tf.cast<tf.Tensor2D>(tf.less(tf.expandDims(of(size), 1), tf.expandDims(of(units), 0)), 'float32');
  });
}
