/**
 * Recurrent cells: a state goes from step to step and takes in one row of inputs at each.
 *
 * gru:  r = sigmoid(x W_r + h U_r + b_r), u = sigmoid(x W_u + h U_u + b_u), n = tanh(x W_n + r * (h U_n) + b_n),
 *       h' = (1 - u) * n + u * h
 * lstm: i, f, o = sigmoid(x W + h U + b) of their own each, g = tanh(x W_g + h U_g + b_g), c' = f * c + i * g, h' = o * tanh(c')
 *
 * Columns of W, U and b: r, u, n of a GRU; i, f, o, g of an LSTM.
 * Source: Cho, van Merrienboer, Gulcehre, Bahdanau, Bougares, Schwenk, Bengio, "Learning Phrase Representations using RNN
 * Encoder-Decoder for Statistical Machine Translation", EMNLP 2014, section 2.3; Hochreiter, Schmidhuber, "Long Short-Term Memory",
 * Neural Computation 9, 1997, with the forget gate of Gers, Schmidhuber, Cummins, "Learning to Forget", 2000. Differs from source:
 * the reset gate acts after the product with U_n, so that all products of a step are one.
 */
import * as tf from '@tensorflow/tfjs-core';
import { fold, type Key } from '../random/key.ts';
import { createDense } from './dense.ts';
import { tanh } from './tanh.ts';

export const cells = ['gru', 'lstm'] as const;
export type Cell = (typeof cells)[number];

/** Gates and candidates of a cell: a product has so many times the units as columns. */
export const gatesOf: Readonly<Record<Cell, number>> = { gru: 3, lstm: 4 };

/** What an LSTM forgets little by at step 0. */
const FORGET_BIAS = 1;

export interface RecurrentLayer {
  readonly cell: Cell;
  /** W, [in, gates units] */
  readonly input: tf.Tensor2D;
  /** U, [units, gates units] */
  readonly recurrent: tf.Tensor2D;
  /** b, [gates units] */
  readonly biases: tf.Tensor1D;
}

/** h, and c of an LSTM, [B, units] each. */
export type RecurrentState = readonly tf.Tensor2D[];

/** Variables <name>Input, <name>Recurrent, <name>Biases: Glorot's uniform weights for each gate; biases 0, that of the forget gate 1. */
export function createRecurrent(
  name: string,
  cell: Cell,
  inputs: number,
  units: number,
  key: Key,
): Record<string, tf.Variable> {
  const weights = (what: string, rows: number) =>
    tf.tidy(() => {
      const gates = Array.from({ length: gatesOf[cell] }, (_, gate) => {
        const [layer] = createDense([rows, units], fold(fold(key, what), gate));
        return layer!;
      });
      const joined = tf.variable(
        tf.concat(
          gates.map((gate) => gate.weights),
          1,
        ),
      );
      tf.dispose(gates.flatMap((gate) => [gate.weights, gate.biases]));
      return joined;
    });
  const first = new Float32Array(gatesOf[cell] * units);
  if (cell === 'lstm') first.fill(FORGET_BIAS, units, 2 * units);
  return {
    [`${name}Input`]: weights('input', inputs),
    [`${name}Recurrent`]: weights('recurrent', units),
    [`${name}Biases`]: tf.tidy(() => tf.variable(tf.tensor1d(first))),
  };
}

export function recurrentNamed(
  name: string,
  cell: Cell,
  parameters: Readonly<Record<string, tf.Tensor>>,
): RecurrentLayer {
  return {
    cell,
    input: parameters[`${name}Input`] as tf.Tensor2D,
    recurrent: parameters[`${name}Recurrent`] as tf.Tensor2D,
    biases: parameters[`${name}Biases`] as tf.Tensor1D,
  };
}

/** Before the first step: zeros. */
export function beginning({ cell, recurrent }: RecurrentLayer, rows: number): RecurrentState {
  const units = recurrent.shape[0];
  return Array.from({ length: cell === 'lstm' ? 2 : 1 }, () => tf.zeros<tf.Rank.R2>([rows, units]));
}

/** x W + b of inputs x, [N, in] -> [N, gates units]: those of all steps at once, where they are known. */
export function taken({ input, biases }: RecurrentLayer, x: tf.Tensor2D): tf.Tensor2D {
  return tf.add(tf.matMul(x, input), biases);
}

/** The state after one step. @param inputs what `taken` made of the rows of this step */
export function stepped(
  { cell, recurrent }: RecurrentLayer,
  inputs: tf.Tensor2D,
  [h, c]: RecurrentState,
): RecurrentState {
  const own = tf.matMul<tf.Tensor2D>(h!, recurrent);
  const units = recurrent.shape[0];
  const parts = (sums: tf.Tensor2D, ...widths: number[]) =>
    tf.split<tf.Tensor2D>(
      sums,
      widths.map((width) => width * units),
      1,
    );
  if (cell === 'lstm') {
    const [gateSums, candidateSums] = parts(tf.add(inputs, own), 3, 1);
    const [take, keep, show] = parts(tf.sigmoid(gateSums!), 1, 1, 1);
    const kept = tf.add<tf.Tensor2D>(tf.mul(keep!, c!), tf.mul(take!, tanh(candidateSums!)));
    return [tf.mul(show!, tanh(kept)), kept];
  }
  const [gateInputs, candidateInputs] = parts(inputs, 2, 1);
  const [gateOwn, candidateOwn] = parts(own, 2, 1);
  const [reset, keep] = parts(tf.sigmoid(tf.add(gateInputs!, gateOwn!)), 1, 1);
  const candidate = tanh(tf.add<tf.Tensor2D>(candidateInputs!, tf.mul(reset!, candidateOwn!)));
  return [tf.add<tf.Tensor2D>(candidate, tf.mul(keep!, tf.sub(h!, candidate)))];
}
