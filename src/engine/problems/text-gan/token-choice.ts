/** The generator's choice in stages: token after token, one-hot [B, 1, V] each or between, the state of the network kept from call to call. */
import * as tf from '@tensorflow/tfjs-core';
import type { StagedChoice } from '../../core/choice.ts';
import { detached } from '../../core/gradient-flow.ts';
import type { RecurrentState } from '../../networks/recurrent.ts';
import { fold, type Key } from '../../random/key.ts';
import { uniform } from '../../random/noise.ts';
import type { Generator } from './generator.ts';

/** Values of stages [B, 1, V] -> [B, V]. */
export function rowsOf(values: readonly tf.Tensor[]): tf.Tensor2D[] {
  return values.map((value) => tf.squeeze<tf.Tensor2D>(value, [1]));
}

interface Remembered {
  readonly prefix: readonly tf.Tensor[];
  readonly state: RecurrentState;
  /** The tape that the state was recorded on: to another one it would be a constant. */
  readonly tape: unknown;
}

/** Of one step's minibatch. @param rows B @param length T */
export function tokenChoice(generator: Generator, rows: number, length: number): StagedChoice {
  // A walk asks for every prefix in turn: a step of the network each, not all of them anew.
  const remembered = new WeakMap<tf.Tensor, Remembered>();
  const first: { entry: Remembered | null } = { entry: null };
  const tape = () => tf.engine().state.activeTape;
  const usable = (entry: Remembered | null | undefined, prefix: readonly tf.Tensor[]): entry is Remembered =>
    entry !== null &&
    entry !== undefined &&
    entry.tape === tape() &&
    entry.prefix.every((value, n) => value === prefix[n]) &&
    entry.state.every((part) => !part.isDisposed);
  const stateAfter = (prefix: readonly tf.Tensor[]): RecurrentState => {
    const last = prefix.at(-1);
    const known = last === undefined ? first.entry : remembered.get(last);
    if (usable(known, prefix)) return known.state;
    const state =
      last === undefined
        ? generator.begin(rows)
        : generator.after(stateAfter(prefix.slice(0, -1)), tf.squeeze(last, [1]));
    const entry = { prefix, state, tape: tape() };
    if (last === undefined) first.entry = entry;
    else remembered.set(last, entry);
    return state;
  };
  return {
    kind: 'staged',
    stageKind: 'categorical',
    stages: length,
    next: (prefix) => tf.expandDims(generator.logits(stateAfter(prefix)), 1),
  };
}

/** The same where nothing is to be learned by it: all tokens equally likely, whatever was before. */
export function idleChoice(rows: number, symbols: number, length: number): StagedChoice {
  return {
    kind: 'staged',
    stageKind: 'categorical',
    stages: length,
    next: () => tf.zeros([rows, 1, symbols]),
  };
}

/** Tokens drawn from softmax(logits), one-hot, by inversion of the distribution function. @param logits [N, V] */
function drawTokens(logits: tf.Tensor2D, key: Key): tf.Tensor2D {
  const [rows, symbols] = logits.shape;
  const cumulative = tf.cumsum(tf.softmax(logits), 1);
  // Scaled by the last sum, which rounding leaves off 1.
  const level = tf.mul(uniform<tf.Rank.R2>(key, [rows, 1]), tf.max(cumulative, 1, true));
  const index = tf.searchSorted(cumulative, level, 'right');
  return tf.cast(tf.oneHot(tf.reshape(index, [rows]), symbols), 'float32') as tf.Tensor2D;
}

/** Draws the tokens that are still to come, unrecorded. @param state after the tokens before place `from` @returns T - from of [N, V] */
export function drawRest(
  generator: Generator,
  begun: RecurrentState,
  { from, length }: { readonly from: number; readonly length: number },
  key: Key,
): tf.Tensor2D[] {
  const drawn = detached(() => {
    const tokens: tf.Tensor2D[] = [];
    let state = begun;
    for (let t = from; t < length; t++) {
      const token = drawTokens(generator.logits(state), fold(key, t));
      tokens.push(token);
      if (t + 1 < length) state = generator.after(state, token);
    }
    return tf.stack(tokens) as tf.Tensor3D;
  });
  return tf.unstack(drawn) as tf.Tensor2D[];
}
