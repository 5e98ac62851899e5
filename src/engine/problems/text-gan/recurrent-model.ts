/** A law of sequences by a recurrent network, in doubles: p(x_t | before) = softmax(h_t C + c), zeros as the input before the first token. */
import {
  addProduct,
  plainBeginning,
  plainStep,
  type PlainRecurrent,
  type PlainState,
} from '../../networks/plain-recurrent.ts';
import { normalise, type SequenceModel } from './sequence-model.ts';

interface RecurrentNetwork {
  readonly layer: PlainRecurrent;
  /** Of each token as an input, [V, inputs]. */
  readonly vectors: Float64Array;
  /** C, [units, V] */
  readonly weights: Float64Array;
  /** c, [V] */
  readonly biases: Float64Array;
}

interface ReadState extends PlainState {
  /** ln p of the next token, [V]. */
  readonly logs: Float64Array;
}

export function recurrentModel({
  layer,
  vectors,
  weights,
  biases,
}: RecurrentNetwork): SequenceModel<ReadState> {
  const { inputs, units } = layer;
  const symbols = biases.length;
  const read = (state: PlainState, x: Float64Array): ReadState => {
    const next = plainStep(layer, state, x);
    const scores = biases.slice();
    addProduct(next.h, units, weights, symbols, scores);
    return { ...next, logs: normalise(scores) };
  };
  return {
    symbols,
    begin: () => read(plainBeginning(layer), new Float64Array(inputs)),
    logChances: ({ logs }) => logs,
    after: (state, token) => read(state, vectors.subarray(token * inputs, (token + 1) * inputs)),
  };
}
