/**
 * The discriminator: how much a sequence looks like one of the data, as a logit d; D(x) = sigmoid(d). Vectors of the tokens are read by
 * filters of several widths, of which the largest value over the places counts, or by a recurrent network.
 *
 * Source: Yu, Zhang, Wang, Yu, "SeqGAN", AAAI 2017, section "The discriminative model for sequences" (after Kim, "Convolutional Neural
 * Networks for Sentence Classification", EMNLP 2014). Differs from source: no highway layer and no dropout.
 */
import * as tf from '@tensorflow/tfjs-core';
import { detached } from '../../core/gradient-flow.ts';
import { createDense, namedLayers } from '../../networks/dense.ts';
import { beginning, createRecurrent, recurrentNamed, stepped, taken } from '../../networks/recurrent.ts';
import { fold, type Key } from '../../random/key.ts';
import type { Adversarial, TextGanConfig } from './config.ts';
import { createEmbedding, type Tensors } from './generator.ts';

/** Widths, the narrowest first, none wider than the sequence and none twice. */
function fitting(widths: readonly number[], length: number): number[] {
  return [...new Set(widths.map((width) => Math.min(width, length)))].sort((a, b) => a - b);
}

/** discriminatorEmbedding [V, e], discriminatorFilters<w>Weights1 [w e, F] for each width or discriminatorInput and so on, discriminatorOutputWeights1. */
export function createDiscriminator(
  { cell, embeddingSize, discriminator }: TextGanConfig,
  symbols: number,
  length: number,
  init: Key,
): Record<string, tf.Variable> {
  const key = fold(init, 'discriminator');
  const output = (features: number) =>
    namedLayers('discriminatorOutput', createDense([features, 1], fold(key, 'output')));
  const embedding = { discriminatorEmbedding: createEmbedding(symbols, embeddingSize, key) };
  if (discriminator.kind === 'recurrent') {
    return {
      ...embedding,
      ...createRecurrent('discriminator', cell, embeddingSize, discriminator.units, key),
      ...output(discriminator.units),
    };
  }
  const widths = fitting(discriminator.widths, length);
  return Object.assign(
    embedding,
    ...widths.map((width) =>
      namedLayers(
        `discriminatorFilters${width}`,
        createDense([width * embeddingSize, discriminator.filters], fold(fold(key, 'filters'), width)),
      ),
    ),
    output(widths.length * discriminator.filters),
  ) as Record<string, tf.Variable>;
}

/** Sequences, T of [B, V], one-hot or between -> logits d, [B]. */
export type Judge = (tokens: readonly tf.Tensor2D[]) => tf.Tensor1D;

export function discriminatorOf(
  { cell, discriminator }: Pick<TextGanConfig, 'cell' | 'discriminator'>,
  parameters: Tensors,
): Judge {
  const named = (name: string) => parameters[`discriminator${name}`] as tf.Tensor2D;
  const verdict = (features: tf.Tensor2D) =>
    tf.squeeze<tf.Tensor1D>(
      tf.add<tf.Tensor2D>(tf.matMul(features, named('OutputWeights1')), named('OutputBiases1')),
      [1],
    );
  return (tokens) => {
    const [rows] = tokens[0]!.shape;
    const length = tokens.length;
    const vectors = tf.matMul<tf.Tensor2D>(tf.concat([...tokens], 0), named('Embedding')); // [T B, e]
    if (discriminator.kind === 'recurrent') {
      const layer = recurrentNamed('discriminator', cell, parameters);
      const inputs = tf.split<tf.Tensor2D>(taken(layer, vectors), length, 0);
      const [last] = inputs.reduce((state, input) => stepped(layer, input, state), beginning(layer, rows));
      return verdict(last!);
    }
    const size = vectors.shape[1];
    const features = fitting(discriminator.widths, length).map((width) => {
      const places = length - width + 1;
      const shifted = Array.from({ length: width }, (_, by) =>
        tf.slice<tf.Rank.R2, tf.Tensor2D>(vectors, [by * rows, 0], [places * rows, size]),
      );
      const windows = width === 1 ? vectors : tf.concat(shifted, 1); // [places B, width e]
      const sums = tf.add(
        tf.matMul(windows, named(`Filters${width}Weights1`)),
        named(`Filters${width}Biases1`),
      );
      return largestOf(tf.reshape<tf.Rank.R3>(tf.relu(sums), [places, rows, -1]));
    });
    return verdict(tf.concat(features, 1));
  };
}

/**
 * The largest over the first axis. Places of the same tokens have the same value: the gradient is shared among them, where that of
 * tf.max would count each in full.
 */
function largestOf(x: tf.Tensor3D): tf.Tensor2D {
  const shares = detached(() => {
    const equal = tf.cast(tf.equal(x, tf.max(x, 0, true)), 'float32');
    return tf.div(equal, tf.sum(equal, 0, true));
  });
  return tf.sum(tf.mul(x, shares), 0);
}

/** -ln D of sequences of the data, and -ln(1 - D) of generated ones, their mean, [B]. @param real logits @param made logits */
export function discriminatorLoss(real: tf.Tensor1D, made: tf.Tensor1D): tf.Tensor1D {
  return tf.mul(tf.add<tf.Tensor1D>(tf.softplus(tf.neg(real)), tf.softplus(made)), 0.5);
}

/** What the generator lowers: -ln D or 1 - D, of logits, [B]. */
export function generatorLoss({ reward }: Pick<Adversarial, 'reward'>, logits: tf.Tensor1D): tf.Tensor1D {
  return reward === 'log' ? tf.softplus(tf.neg(logits)) : tf.sigmoid(tf.neg(logits));
}
