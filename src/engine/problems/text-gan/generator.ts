/**
 * The generator: a recurrent network that gives a law to the next token, p(x_t | x_1 .. x_{t-1}) = softmax(h_t C + c), h_t the state
 * after the vectors of the tokens before; its input is 0 before the first.
 */
import * as tf from '@tensorflow/tfjs-core';
import { chosenLogSoftmax } from '../../kernels/chosen-log-softmax.ts';
import { createDense, namedLayers } from '../../networks/dense.ts';
import {
  beginning,
  createRecurrent,
  recurrentNamed,
  stepped,
  taken,
  type RecurrentState,
} from '../../networks/recurrent.ts';
import { fold, type Key } from '../../random/key.ts';
import { normal } from '../../random/noise.ts';
import type { TextGanConfig } from './config.ts';

export type Tensors = Readonly<Record<string, tf.Tensor>>;

/** generatorEmbedding [V, e], generatorInput, generatorRecurrent, generatorBiases, generatorOutputWeights1 [h, V], generatorOutputBiases1 [V]. */
export function createGenerator(
  { cell, embeddingSize, hiddenUnits }: TextGanConfig,
  symbols: number,
  init: Key,
): Record<string, tf.Variable> {
  const key = fold(init, 'generator');
  return {
    generatorEmbedding: createEmbedding(symbols, embeddingSize, key),
    ...createRecurrent('generator', cell, embeddingSize, hiddenUnits, key),
    ...namedLayers('generatorOutput', createDense([hiddenUnits, symbols], fold(key, 'output'))),
  };
}

/** [V, e], normal with the deviation 0.3. */
export function createEmbedding(symbols: number, size: number, key: Key): tf.Variable {
  return tf.tidy(() => tf.variable(tf.mul(normal<tf.Rank.R2>(fold(key, 'embedding'), [symbols, size]), 0.3)));
}

export interface Generator {
  begin(rows: number): RecurrentState;
  /** @param token like one-hot, [B, V] */
  after(state: RecurrentState, token: tf.Tensor2D): RecurrentState;
  /** Of the next token, [B, V]. */
  logits(state: RecurrentState): tf.Tensor2D;
  /**
   * States before each token of given sequences, T of them.
   * @param tokens one-hot, T of [B, V]
   */
  along(tokens: readonly tf.Tensor2D[]): readonly RecurrentState[];
  /** The same by their numbers: T times B tokens, those of one place after those of the place before. */
  alongNumbers(tokens: tf.Tensor1D, rows: number): readonly RecurrentState[];
}

export function generatorOf(
  { cell, embeddingSize }: Pick<TextGanConfig, 'cell' | 'embeddingSize'>,
  parameters: Tensors,
): Generator {
  const layer = recurrentNamed('generator', cell, parameters);
  const vectors = parameters['generatorEmbedding'] as tf.Tensor2D;
  const weights = parameters['generatorOutputWeights1'] as tf.Tensor2D;
  const biases = parameters['generatorOutputBiases1']!;
  const begin = (rows: number) =>
    stepped(layer, taken(layer, tf.zeros([rows, embeddingSize])), beginning(layer, rows));
  /** @param before vectors of the tokens that later ones come after, [later B, e] */
  const states = (rows: number, later: number, before: tf.Tensor2D | null) => {
    const found = [begin(rows)];
    if (before === null) return found;
    for (const input of tf.split<tf.Tensor2D>(taken(layer, before), later, 0))
      found.push(stepped(layer, input, found.at(-1)!));
    return found;
  };
  return {
    begin,
    after: (state, token) => stepped(layer, taken(layer, tf.matMul(token, vectors)), state),
    logits: ([h]) => tf.add(tf.matMul(h!, weights), biases),
    along(tokens) {
      const [first, ...others] = tokens;
      const before =
        others.length === 0 ? null : tf.matMul<tf.Tensor2D>(tf.concat(tokens.slice(0, -1), 0), vectors);
      return states(first!.shape[0], others.length, before);
    },
    alongNumbers(tokens, rows) {
      const later = tokens.size / rows - 1;
      const given = tf.slice(tokens, 0, later * rows);
      return states(rows, later, later === 0 ? null : tf.gather<tf.Tensor2D>(vectors, given));
    },
  };
}

/**
 * -ln p of given sequences in nats per token, [B].
 * @param tokens one-hot, T of [B, V]
 */
export function nllPerToken(generator: Generator, tokens: readonly tf.Tensor2D[]): tf.Tensor1D {
  const [rows] = tokens[0]!.shape;
  const logits = generator.logits([joined(generator.along(tokens))]);
  const shifted = tf.sub(logits, tf.max(logits, 1, true));
  const chosen = tf.sum(tf.mul(shifted, tf.concat([...tokens], 0)), 1);
  const nll = tf.sub(tf.log(tf.sum(tf.exp(shifted), 1)), chosen);
  return tf.mean<tf.Tensor1D>(tf.reshape(nll, [tokens.length, rows]), 0);
}

/**
 * The same of tokens by their numbers, as `Generator.alongNumbers` takes them: where there are thousands of symbols, one-hot vectors
 * are most of the work.
 */
export function nllPerTokenNumbers(generator: Generator, tokens: tf.Tensor1D, rows: number): tf.Tensor1D {
  const logits = generator.logits([joined(generator.alongNumbers(tokens, rows))]);
  const nll = tf.neg(chosenLogSoftmax(logits, tokens));
  return tf.mean<tf.Tensor1D>(tf.reshape(nll, [tokens.size / rows, rows]), 0);
}

/** h of all states below each other. */
function joined(states: readonly RecurrentState[]): tf.Tensor2D {
  return tf.concat(
    states.map(([h]) => h!),
    0,
  );
}
